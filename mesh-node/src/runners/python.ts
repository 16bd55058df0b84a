import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { Cache } from '../cache/cache.js';
import { holdEnvironment, runInstaller } from './environments.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import type { Runner, RunnerJob } from './runner.js';

export interface PythonOptions {
  cache: Cache;
  findPython: () => Promise<{ version: string; path: string } | null>;
}

const venvPython = (folder: string) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

/** A venv with the bundle's requirements, over the packages the machine has anyway: what is there need not be fetched. */
async function makeVenv(job: RunnerJob, python: string, workFolder: string, path: string): Promise<void> {
  const complaint =
    'The packages in requirements.txt could not be installed on this machine. See the last lines for the one that failed.';
  const install = (command: string, args: string[]) =>
    runInstaller({ job, workFolder, command, args, complaint });
  await install(python, ['-m', 'venv', '--system-site-packages', path]);
  await install(venvPython(path), [
    ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-cache-dir'],
    ...['--progress-bar', 'off', '-r', 'requirements.txt'],
  ]);
}

/** Python apps: the machine's Python, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonRunner({ cache, findPython }: PythonOptions): Runner {
  return {
    async prepare(job) {
      const python = await findPython();
      if (python === null) {
        throw new MeshdeckError(
          'runtime-missing',
          'This machine has no Python 3, so it cannot run Python apps. Install Python on it, or run the job on another machine.',
        );
      }
      const work = await makeWorkFolder(job);
      const startedMs = performance.now();
      const needsVenv = await exists(join(work.path, 'requirements.txt'));
      const venv = needsVenv
        ? await holdEnvironment(cache, job, 'venv', (path) => makeVenv(job, python.path, work.path, path))
        : undefined;
      const startMs = performance.now() - startedMs;
      const env = appEnvironment({ ...job, workFolder: work.path, inputPath: work.inputPath });
      return {
        async run() {
          try {
            return await runScript({
              job,
              work,
              env,
              command: venv === undefined ? python.path : venvPython(venv.path),
              args: ['-u', job.entry],
              runtimeVersion: `Python ${python.version}`,
              startMs,
              warm: venv?.warm ?? false,
            });
          } finally {
            venv?.release();
          }
        },
      };
    },
  };
}
