import { contract } from '@meshdeck/shared/api';
import type { SweepApi } from '../../jobs/sweeps/sweep-api.js';
import { untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';

export function sweepRoutes(app: PeopleApp, { sweeps }: { sweeps: SweepApi }): void {
  const owner = ({ id = '' }) => sweeps.ownerOf(id);
  serve(app, contract.sweeps.create, ({ body }, request, reply) =>
    sweeps.create(body, submitterOf(request), untilClosed(reply)),
  );
  serve(app, contract.sweeps.get, ({ id, ...page }) => sweeps.get(id, page), { owner });
  serve(app, contract.sweeps.cancel, async ({ id }) => ({ cancelled: await sweeps.cancel(id) }), { owner });
}
