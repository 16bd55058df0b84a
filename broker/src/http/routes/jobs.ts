import { contract, type CallCost } from '@meshdeck/shared/api';
import type { FastifyRequest } from 'fastify';
import type { JobApi } from '../../jobs/job-api.js';
import { untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';
import { jobFileRoutes } from './job-files.js';
import { jobLogRoutes } from './job-logs.js';
import { jobOutputRoute } from './job-output.js';
import { jobProofRoutes } from './job-proof.js';

export interface JobRouteDependencies {
  jobs: JobApi;
}

/** Who waits takes nothing but a place. */
const waits = ({ query }: FastifyRequest): CallCost =>
  Number((query as { wait?: string }).wait ?? 0) > 0 ? 'wait' : 'light';
/** A look for words goes through every job there is. */
const searches = ({ query }: FastifyRequest): CallCost => {
  const { text, machine, limit } = query as Record<string, string | undefined>;
  return text !== undefined || machine !== undefined || Number(limit ?? 0) > 100 ? 'heavy' : 'light';
};

export function jobRoutes(app: PeopleApp, { jobs }: JobRouteDependencies): void {
  const owner = ({ id = '' }) => jobs.ownerOf(id);

  serve(
    app,
    contract.jobs.list,
    ({ state, limit, before, text, machine, app: appName }, request) =>
      jobs.list({
        limit,
        onRead: (bytes) => (request.readBytes += bytes),
        ...(state === undefined ? {} : { states: [state].flat() }),
        ...(before === undefined ? {} : { before }),
        ...(text === undefined ? {} : { text }),
        ...(machine === undefined ? {} : { machine }),
        ...(appName === undefined ? {} : { app: appName }),
        ...(request.reach === 'own' && { owner: submitterOf(request).id }),
      }),
    { cost: searches },
  );

  serve(app, contract.jobs.counts, (_asked, request) =>
    jobs.counts(request.reach === 'own' ? submitterOf(request).id : undefined),
  );

  serve(
    app,
    contract.jobs.create,
    ({ body, wait }, request, reply) =>
      jobs.create(body, submitterOf(request), { waitMs: wait * 1000, signal: untilClosed(reply) }),
    { cost: waits },
  );

  serve(app, contract.jobs.createMany, async ({ body }, request, reply) => ({
    ids: await jobs.createMany(body.jobs, submitterOf(request), untilClosed(reply)),
  }));

  serve(app, contract.jobs.get, ({ id, wait }) => jobs.get(id, { waitMs: wait * 1000 }), {
    ...{ owner, cost: waits },
  });

  serve(app, contract.jobs.cancel, ({ id }) => jobs.cancel(id), { owner });

  serve(
    app,
    contract.jobs.rerun,
    ({ id, body }, request) => jobs.rerun(id, submitterOf(request), body?.options),
    { owner },
  );

  serve(app, contract.jobs.remove, ({ id }) => jobs.remove(id), { owner });

  serve(app, contract.jobs.why, ({ id, before }) => jobs.why(id, before), { owner });
  serve(
    app,
    contract.jobs.whyMachines,
    ({ id, number, from, limit }) => jobs.whyMachines(id, number, { from, limit }),
    { owner },
  );

  jobFileRoutes(app, { jobs, owner });
  jobLogRoutes(app, { jobs, owner });
  jobProofRoutes(app, { jobs, owner });
  jobOutputRoute(app, { jobs, owner });
}
