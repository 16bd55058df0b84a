import { MeshdeckError } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { FastifyRequest } from 'fastify';
import type { JobServices } from '../../jobs/job-api.js';
import type { ResultApi } from '../../results/index.js';
import { untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface JobResultRouteDependencies {
  jobs: Pick<JobServices, 'ownerOf'>;
  results: ResultApi;
}

/** What a job's result holds and is worth, to look at. Taking it away is `output`. */
export function jobResultRoutes(app: PeopleApp, { jobs, results }: JobResultRouteDependencies): void {
  const owner = ({ id = '' }) => jobs.ownerOf(id);
  const onlooker = (request: FastifyRequest) => ({ id: callerOf(request).id, reach: request.reach });

  /** The same answer for a job that is not there and for somebody else's. */
  async function ownerOrNull(id: string): Promise<string | null> {
    try {
      return await owner({ id });
    } catch (error) {
      if (error instanceof MeshdeckError && error.code === 'not-found') return null;
      throw error;
    }
  }

  serve(
    app,
    contract.jobs.summary,
    async ({ id, ...query }, request, reply) => {
      const by = onlooker(request);
      if (query.against !== undefined && by.reach === 'own' && (await ownerOrNull(query.against)) !== by.id) {
        throw new MeshdeckError('not-found', 'There is nothing of yours by that name.');
      }
      return results.summary(id, query, by, untilClosed(reply));
    },
    { owner },
  );

  serve(
    app,
    contract.jobs.rows,
    ({ id, ...query }, request, reply) => results.rows(id, query, onlooker(request), untilClosed(reply)),
    { owner },
  );
}
