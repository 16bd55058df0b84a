import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { pythonPaths } from '../sandbox/runtime-paths.js';
import { holdEnvironment, type Environment, type EnvironmentJob, type Installing } from './environments.js';
import { installPythonPackages, venvPython } from './install/python-packages.js';

export interface PythonOptions {
  installing: Installing;
  findPython: () => Promise<{ version: string; path: string } | null>;
}

/** What starts an app's Python: the machine's own, or the one of its environment, which is active then. */
export interface PythonToStart {
  version: string;
  command: string;
  /** What it reads of the machine. */
  reads: readonly string[];
  /** The folder of its environment. */
  venv: string | undefined;
}

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

/** The machine's Python, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonEnvironments({ installing, findPython }: PythonOptions) {
  async function needPython(): Promise<{ version: string; path: string }> {
    const python = await findPython();
    if (python !== null) return python;
    throw new MeshdeckError(
      'runtime-missing',
      'This machine has no Python 3, so it cannot run Python apps. Install Python on it, or run the job on another machine.',
    );
  }

  return {
    async environment(job: EnvironmentJob): Promise<Environment | null> {
      if (!(await exists(join(job.bundleFolder, 'requirements.txt')))) return null;
      const python = await needPython();
      const reads = await pythonPaths(python.path);
      const madeWith = [python.path, python.version, installing.sourceBuilds];
      return holdEnvironment(installing, job, 'venv', madeWith, (target) =>
        installPythonPackages({ job, installing, target, python: python.path, reads }),
      );
    },

    async toStart(environment: Environment | null): Promise<PythonToStart> {
      const { version, path } = await needPython();
      const reads = await pythonPaths(path);
      if (environment === null) return { version, command: path, reads, venv: undefined };
      const venv = environment.path;
      return { version, command: venvPython(venv), reads: [...reads, venv], venv };
    },
  };
}
