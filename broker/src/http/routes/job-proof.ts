import { Readable } from 'node:stream';
import { provenanceSchema, type Provenance } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { JobServices } from '../../jobs/job-api.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import type { OwnerOf } from '../route-access.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';

/** The document as JSON, its decisions put in one by one where they belong. */
async function* withDecisions(
  whole: Provenance,
  decisions: AsyncIterable<Provenance['decisions'][number]>,
): AsyncGenerator<string> {
  const mark = '"decisions":[';
  const text = JSON.stringify(whole);
  const at = text.lastIndexOf(`${mark}]`) + mark.length;
  yield text.slice(0, at);
  let comma = '';
  for await (const decision of decisions) {
    yield comma + JSON.stringify(decision);
    comma = ',';
  }
  yield text.slice(at);
}

/** How a result came to be, and whether it comes out the same again. */
export function jobProofRoutes(
  app: PeopleApp,
  { jobs, owner }: { jobs: Pick<JobServices, 'provenance' | 'verify'>; owner: OwnerOf },
): void {
  serve(
    app,
    contract.jobs.provenance,
    async ({ id }, _request, reply) => {
      const { provenance, decisions } = await jobs.provenance(id);
      const whole = provenanceSchema.parse({ ...provenance, decisions: [] });
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', attachment(`${provenance.job.id}-provenance.json`))
        .send(Readable.from(withDecisions(whole, decisions), { highWaterMark: 4 }));
    },
    { owner },
  );

  serve(app, contract.jobs.verify, ({ id }, request) => jobs.verify(id, submitterOf(request)), { owner });
}
