import { parseNetworkPlace } from '@meshdeck/shared';
import { planFor } from '../../network/door-plan.js';
import { createJobKeeper } from '../../network/job-keeper.js';
import type { NetworkReach } from '../../network/reach.js';
import type { ProgramNetwork, Sandbox } from '../../sandbox/sandbox.js';
import type { RunnerJob } from '../runner.js';

const places = (texts: readonly string[]) => texts.flatMap((text) => parseNetworkPlace(text) ?? []);

/** The network a job's app gets: none unless it asks, and then what it asks for, where this machine can hold it to that. */
export async function networkOf(job: RunnerJob, sandbox: Sandbox): Promise<ProgramNetwork> {
  const { access } = job;
  if (!access.network) return 'none';
  const missing = await sandbox.networkMissing();
  if (missing !== null) {
    job.onLine(
      'agent',
      'Network: this machine cannot hold a job to what it asks for: the app has all of it.',
    );
    return 'open';
  }
  const reach: NetworkReach = access.places === undefined ? 'internet' : places(access.places);
  return { plan: planFor(reach), keeper: createJobKeeper(reach, (line) => job.onLine('agent', line)) };
}
