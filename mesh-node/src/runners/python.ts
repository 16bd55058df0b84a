import { createPythonEnvironments, type PythonOptions } from './python-environment.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import type { Runner } from './runner.js';

/** Python apps: the machine's Python, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonRunner(options: PythonOptions): Runner {
  const { sandbox } = options.installing;
  const environments = createPythonEnvironments(options);
  return {
    environment: environments.environment,
    async prepare(job, environment) {
      const { version, command, reads, venv } = await environments.toStart(environment);
      const work = await makeWorkFolder(job, sandbox);
      const env = appEnvironment({ ...job, ...work, workFolder: work.path, venv });
      return {
        run: () =>
          runScript({
            ...{ job, work, env, sandbox, reads, command },
            args: ['-u', job.entry],
            runtimeVersion: `Python ${version}`,
            startMs: environment?.tookMs ?? 0,
            warm: environment?.warm ?? false,
          }),
      };
    },
  };
}
