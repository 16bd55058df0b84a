import { MeshdeckError } from '@meshdeck/shared';
import type { Cache, Held } from '../cache/cache.js';
import { installerEnvironment } from './process/app-environment.js';
import { runProcess } from './process/run-process.js';
import { treeUse } from '../storage/tree-use.js';
import { takeBack } from '../sandbox/own-files.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { WorkFolder } from './process/work-folder.js';
import type { RunnerJob } from './runner.js';

/** Runs one installer program inside the attempt's limits; what it prints is the attempt's log. */
export async function runInstaller(options: {
  job: RunnerJob;
  work: WorkFolder;
  sandbox: Sandbox;
  /** The runtime's own files. */
  reads: readonly string[];
  /** Where the packages go. */
  target: string;
  workFolder: string;
  command: string;
  args: string[];
  /** Said when it fails, such as "The Python packages in requirements.txt could not be installed." */
  complaint: string;
}): Promise<void> {
  const { job, work, workFolder, target, complaint } = options;
  await options.sandbox.give(work.user, target);
  const end = await runProcess({
    ...job,
    ...work,
    sandbox: options.sandbox,
    reads: options.reads,
    writes: [...work.writes, target],
    // Registries are elsewhere: an installer needs the network whatever its app asks for.
    network: 'open',
    gpu: false,
    command: options.command,
    args: options.args,
    workFolder,
    env: installerEnvironment({ ...job, workFolder }),
    // Packages land in the cache, which has a limit of its own.
    disk: { folders: [job.folder], before: await treeUse(job.folder) },
    limits: { memoryBytes: Number.MAX_SAFE_INTEGER, outputBytes: job.limits.outputBytes },
    onLine: (_stream, text) => job.onLine('agent', text),
  });
  if (end.code === 0) {
    if (work.user !== null) await takeBack(work.user, target);
    return;
  }
  throw new MeshdeckError('requirements-failed', complaint, { detail: end.tail });
}

/** Holds the environment of a bundle, made by the first attempt that needs it. */
export function holdEnvironment(
  cache: Cache,
  job: RunnerJob,
  kind: string,
  make: (path: string) => Promise<void>,
): Promise<Held> {
  return cache.hold(`${kind}-${job.bundleSha256}`, make, job.signal);
}
