import { expandSweep, MeshdeckError, type SweepAxis } from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import type { CommandContext } from '../context.js';
import { jsonText } from '../text/json-text.js';
import { sweepTable } from '../views/sweep.js';
import { createProgress } from './progress.js';
import { prepareJob, type RunRequest } from './run-job.js';
import { runSweep } from './run-sweep.js';

/** Runs a sweep and shows its table. @throws MeshdeckError where a job of it has not succeeded */
export async function performSweep(
  { terminal }: CommandContext,
  client: Api,
  request: RunRequest & { axes: SweepAxis[]; json: boolean },
): Promise<void> {
  const { axes, detach, json } = request;
  // Before anything is sent.
  const { length: size } = expandSweep(axes, request.options.params);
  const progress = createProgress(terminal);
  try {
    const { signal } = new AbortController();
    const { job } = await prepareJob({ client, progress, signal }, request);
    progress.keep(`The sweep makes ${size} ${size === 1 ? 'job' : 'jobs'}.`);
    const sweep = await runSweep({ client, progress, job, axes, detach });
    progress.end();
    if (json) terminal.print(jsonText(sweep));
    else if (detach) terminal.print(sweep.id);
    else terminal.print(sweepTable(sweep, terminal));
    terminal.note(`See it with: meshdeck sweeps show ${sweep.id}`);
    const well = sweep.byState.succeeded ?? 0;
    if (detach || well === sweep.total) return;
    throw new MeshdeckError(
      'app-crashed',
      `${sweep.total - well} of the sweep's ${sweep.total} jobs have not succeeded: see the table.`,
    );
  } finally {
    progress.end();
  }
}
