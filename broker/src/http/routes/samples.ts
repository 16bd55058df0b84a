import { contract } from '@meshdeck/shared/api';
import type { Samples } from '../../apps/index.js';
import type { FileClaims } from '../../files/claims.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface SampleRouteDependencies {
  samples: Samples;
  claims: Pick<FileClaims, 'add'>;
}

export function sampleRoutes(app: PeopleApp, { samples, claims }: SampleRouteDependencies): void {
  serve(app, contract.samples.list, async () => ({ samples: await samples.list() }));

  serve(app, contract.samples.prepare, async ({ name }, request) => {
    const prepared = await samples.prepare(name);
    // It came with Meshdeck: whoever takes it keeps nothing of their own by that.
    await claims.add({ sha256: prepared.input.sha256, bytes: 0 }, callerOf(request).id);
    return prepared;
  });
}
