import { createReadStream } from 'node:fs';
import { contract } from '@meshdeck/shared/api';
import type { JobServices } from '../../jobs/job-api.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import type { OwnerOf } from '../route-access.js';
import { serve } from '../serve.js';

export function jobOutputRoute(
  app: PeopleApp,
  { jobs, owner }: { jobs: Pick<JobServices, 'output'>; owner: OwnerOf },
): void {
  serve(
    app,
    contract.jobs.output,
    async ({ id }, _request, reply) => {
      const { path, name, bytes } = await jobs.output(id);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', attachment(name))
        .header('content-length', bytes)
        .send(createReadStream(path, { highWaterMark: 256 * 1024 }));
    },
    { owner },
  );
}
