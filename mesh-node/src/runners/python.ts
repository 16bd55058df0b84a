import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { holdEnvironment, type Installing } from './environments.js';
import { installPythonPackages, venvPython } from './install/python-packages.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import { pythonPaths } from '../sandbox/runtime-paths.js';
import type { Runner } from './runner.js';

export interface PythonOptions {
  installing: Installing;
  findPython: () => Promise<{ version: string; path: string } | null>;
}

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

/** Python apps: the machine's Python, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonRunner({ installing, findPython }: PythonOptions): Runner {
  const { sandbox } = installing;

  async function needPython(): Promise<{ version: string; path: string }> {
    const python = await findPython();
    if (python !== null) return python;
    throw new MeshdeckError(
      'runtime-missing',
      'This machine has no Python 3, so it cannot run Python apps. Install Python on it, or run the job on another machine.',
    );
  }

  return {
    async environment(job) {
      if (!(await exists(join(job.bundleFolder, 'requirements.txt')))) return null;
      const python = await needPython();
      const reads = await pythonPaths(python.path);
      const madeWith = [python.path, python.version, installing.sourceBuilds];
      return holdEnvironment(installing, job, 'venv', madeWith, (target) =>
        installPythonPackages({ job, installing, target, python: python.path, reads }),
      );
    },
    async prepare(job, environment) {
      const python = await needPython();
      const work = await makeWorkFolder(job, sandbox);
      const reads = await pythonPaths(python.path);
      const env = appEnvironment({ ...job, ...work, workFolder: work.path });
      return {
        run() {
          return runScript({
            job,
            work,
            env,
            sandbox,
            reads: environment === null ? reads : [...reads, environment.path],
            command: environment === null ? python.path : venvPython(environment.path),
            args: ['-u', job.entry],
            runtimeVersion: `Python ${python.version}`,
            startMs: environment?.tookMs ?? 0,
            warm: environment?.warm ?? false,
          });
        },
      };
    },
  };
}
