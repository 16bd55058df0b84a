import { contract, type CallCost } from '@meshdeck/shared/api';
import type { FastifyRequest } from 'fastify';
import type { FileOwners } from '../../files/file-owners.js';
import type { FileStore } from '../../files/index.js';
import type { UploadQuota } from '../../files/upload-quota.js';
import type { PeopleApp } from '../fastify.js';
import { receiveUpload } from '../raw-uploads.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface FileRouteDependencies {
  files: Pick<FileStore, 'put'>;
  fileOwners: Pick<FileOwners, 'requireRoom' | 'add'>;
  quota: UploadQuota;
}

/** A small table is there at once; a large one is on its way for a while. */
const cost = ({ headers }: FastifyRequest): CallCost =>
  Number(headers['content-length'] ?? Infinity) <= 64 * 1024 ? 'light' : 'transfer';

export function fileRoutes(app: PeopleApp, { files, fileOwners, quota }: FileRouteDependencies): void {
  serve(
    app,
    contract.files.put,
    ({ name }, request, reply) => {
      const { id: personId } = callerOf(request);
      fileOwners.requireRoom(personId);
      request.auditTarget = name;
      return receiveUpload(request, reply, {
        work: (body, announced) =>
          quota.take({ personId, announced, unpacks: false }, async (maxBytes) => {
            const file = await files.put(body, { name, maxBytes });
            await fileOwners.add(file, personId);
            return file;
          }),
      });
    },
    { cost },
  );
}
