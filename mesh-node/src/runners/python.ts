import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { Cache } from '../cache/cache.js';
import { holdEnvironment, runInstaller } from './environments.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder, type WorkFolder } from './process/work-folder.js';
import { pythonPaths } from '../sandbox/runtime-paths.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Runner, RunnerJob } from './runner.js';

export interface PythonOptions {
  cache: Cache;
  sandbox: Sandbox;
  findPython: () => Promise<{ version: string; path: string } | null>;
}

const venvPython = (folder: string) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

/** A venv with the bundle's requirements, over the packages the machine has anyway: what is there need not be fetched. */
async function makeVenv(options: {
  job: RunnerJob;
  sandbox: Sandbox;
  python: string;
  reads: string[];
  work: WorkFolder;
  path: string;
}): Promise<void> {
  const { python, work, path } = options;
  const complaint =
    'The packages in requirements.txt could not be installed on this machine. See the last lines for the one that failed.';
  const install = (command: string, args: string[]) =>
    runInstaller({ ...options, workFolder: work.path, target: path, command, args, complaint });
  await mkdir(path, { mode: 0o700 });
  await install(python, ['-m', 'venv', '--system-site-packages', path]);
  await install(venvPython(path), [
    ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-cache-dir'],
    ...['--progress-bar', 'off', '-r', 'requirements.txt'],
  ]);
}

/** Python apps: the machine's Python, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonRunner({ cache, findPython, sandbox }: PythonOptions): Runner {
  return {
    async prepare(job) {
      const python = await findPython();
      if (python === null) {
        throw new MeshdeckError(
          'runtime-missing',
          'This machine has no Python 3, so it cannot run Python apps. Install Python on it, or run the job on another machine.',
        );
      }
      const work = await makeWorkFolder(job, sandbox);
      const reads = await pythonPaths(python.path);
      const needsVenv = await exists(join(work.path, 'requirements.txt'));
      const venv = needsVenv
        ? await holdEnvironment(cache, job, 'venv', (path) =>
            makeVenv({ job, sandbox, python: python.path, reads, work, path }),
          )
        : undefined;
      const env = appEnvironment({ ...job, workFolder: work.path, inputPath: work.inputPath });
      return {
        async run() {
          try {
            return await runScript({
              job,
              work,
              env,
              sandbox,
              reads: venv === undefined ? reads : [...reads, venv.path],
              command: venv === undefined ? python.path : venvPython(venv.path),
              args: ['-u', job.entry],
              runtimeVersion: `Python ${python.version}`,
            });
          } finally {
            venv?.release();
          }
        },
      };
    },
  };
}
