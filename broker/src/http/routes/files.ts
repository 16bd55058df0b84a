import { contract, type CallCost } from '@meshdeck/shared/api';
import type { FastifyRequest } from 'fastify';
import type { FileClaims } from '../../files/claims.js';
import type { FileStore } from '../../files/index.js';
import type { UploadQuota } from '../../files/upload-quota.js';
import type { PeopleApp } from '../fastify.js';
import { receiveUpload } from '../raw-uploads.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface FileRouteDependencies {
  files: Pick<FileStore, 'put'>;
  claims: Pick<FileClaims, 'requireRoom' | 'add'>;
  quota: UploadQuota;
}

/** A small table is there at once; a large one is on its way for a while. */
const cost = ({ headers }: FastifyRequest): CallCost =>
  Number(headers['content-length'] ?? Infinity) <= 64 * 1024 ? 'light' : 'transfer';

export function fileRoutes(app: PeopleApp, { files, claims, quota }: FileRouteDependencies): void {
  serve(
    app,
    contract.files.put,
    ({ name }, request, reply) => {
      const { id: personId } = callerOf(request);
      claims.requireRoom(personId);
      request.auditTarget = name;
      return receiveUpload(request, reply, {
        work: (body, announced) =>
          quota.take({ personId, announced, unpacks: false }, async (maxBytes) => {
            const file = await files.put(body, { name, maxBytes });
            await claims.add(file, personId);
            return file;
          }),
      });
    },
    { cost },
  );
}
