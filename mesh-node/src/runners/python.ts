import { createPythonEnvironments, type PythonOptions } from './python-environment.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import type { Runner, RunnerJob } from './runner.js';

/** What Python is told to start, and whether the job's parameters follow on its command line. */
export type PythonStart = (job: RunnerJob) => Promise<{ args: string[]; takesArguments: boolean }>;

export const startPythonScript: PythonStart = async ({ entry }) => ({ args: [entry], takesArguments: true });

/** Apps that the machine's Python starts, in an environment of the bundle's own where it has a requirements.txt. */
export function createPythonRunner(options: PythonOptions, start: PythonStart): Runner {
  const { sandbox } = options.installing;
  const environments = createPythonEnvironments(options);
  return {
    environment: environments.environment,
    async prepare(job, environment) {
      const { version, command, reads, venv } = await environments.toStart(environment);
      const work = await makeWorkFolder(job, sandbox);
      const env = appEnvironment({ ...job, ...work, workFolder: work.path, venv });
      const { args, takesArguments } = await start(job);
      const params = takesArguments ? job.params : { ...job.params, arguments: [] };
      return {
        run: () =>
          runScript({
            ...{ work, env, sandbox, reads, command },
            job: { ...job, params },
            args: ['-u', ...args],
            runtimeVersion: `Python ${version}`,
            startMs: environment?.tookMs ?? 0,
            warm: environment?.warm ?? false,
          }),
      };
    },
  };
}
