import { contract } from '@meshdeck/shared/api';
import type { Samples } from '../../apps/index.js';
import type { FileOwners } from '../../files/file-owners.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface SampleRouteDependencies {
  samples: Samples;
  fileOwners: Pick<FileOwners, 'add'>;
}

export function sampleRoutes(app: PeopleApp, { samples, fileOwners }: SampleRouteDependencies): void {
  serve(app, contract.samples.list, async () => ({ samples: await samples.list() }));

  serve(app, contract.samples.prepare, async ({ name }, request) => {
    const prepared = await samples.prepare(name);
    // It came with Meshdeck: whoever takes it keeps nothing of their own by that.
    await fileOwners.add({ sha256: prepared.input.sha256, bytes: 0 }, callerOf(request).id);
    return prepared;
  });
}
