import { MeshdeckError } from '@meshdeck/shared';
import type { Cache, Held } from '../cache/cache.js';
import { installerEnvironment } from './process/app-environment.js';
import { runProcess } from './process/run-process.js';
import { bytesBefore } from './process/work-folder.js';
import type { RunnerJob } from './runner.js';

/** Runs one installer program inside the attempt's limits; what it prints is the attempt's log. */
export async function runInstaller(options: {
  job: RunnerJob;
  workFolder: string;
  command: string;
  args: string[];
  /** Said when it fails, such as "The Python packages in requirements.txt could not be installed." */
  complaint: string;
}): Promise<void> {
  const { job, workFolder, complaint } = options;
  const end = await runProcess({
    ...job,
    command: options.command,
    args: options.args,
    workFolder,
    env: installerEnvironment({ ...job, workFolder }),
    // Packages land in the cache, which has a limit of its own.
    folderBytesBefore: await bytesBefore(job),
    limits: { memoryBytes: Number.MAX_SAFE_INTEGER, outputBytes: job.limits.outputBytes },
    onLine: (_stream, text) => job.onLine('agent', text),
  });
  if (end.code === 0) return;
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
