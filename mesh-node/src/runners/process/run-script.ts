import type { Sandbox } from '../../sandbox/sandbox.js';
import { treeUse } from '../../storage/tree-use.js';
import type { RunFacts, RunnerJob } from '../runner.js';
import { crashOf } from './crash.js';
import { networkOf } from './job-network.js';
import { barProgress, parseProgress } from './progress-line.js';
import { runProcess } from './run-process.js';
import type { WorkFolder } from './work-folder.js';

/** Runs an app's script; `@progress` lines move the bar, everything else is its log. */
export async function runScript(options: {
  job: RunnerJob;
  work: WorkFolder;
  env: Record<string, string>;
  sandbox: Sandbox;
  /** The runtime's own files. */
  reads: readonly string[];
  command: string;
  args: string[];
  runtimeVersion: string;
  /** What it took to make the app's environment, or to find it made. */
  startMs: number;
  /** The app's environment was there already. */
  warm: boolean;
}): Promise<RunFacts> {
  const { job, work } = options;
  /** It says by itself how far it is: its bars are for people. */
  let tells = false;
  const end = await runProcess({
    ...job,
    ...work,
    sandbox: options.sandbox,
    network: await networkOf(job, options.sandbox),
    gpu: job.access.gpu,
    reads: [...options.reads, work.paramsPath],
    command: options.command,
    args: [...options.args, ...job.params.arguments],
    env: options.env,
    workFolder: work.path,
    disk: { folders: [job.folder], before: await treeUse(job.folder) },
    onOverwritten(text) {
      const bar = tells ? undefined : barProgress(text);
      // There may be more of them, or work after the last.
      if (bar !== undefined) job.onProgress(Math.min(0.99, bar), null);
    },
    onLine(stream, text, moving) {
      const fraction = stream === 'stdout' ? parseProgress(text) : undefined;
      if (fraction === undefined) job.onLine(stream, text, moving);
      else {
        tells = true;
        job.onProgress(fraction, null);
      }
    },
  });
  const crash = crashOf(end);
  if (crash !== undefined) throw crash;
  return {
    runtimeVersion: options.runtimeVersion,
    peakMemoryBytes: end.peakMemoryBytes,
    columnMap: null,
    warm: options.warm,
    startMs: options.startMs,
  };
}
