import { MeshdeckError } from '@meshdeck/shared';
import type { ProgramFinders } from '../inventory/index.js';
import { programPaths } from '../sandbox/runtime-paths.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { appEnvironment } from './process/app-environment.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import type { Runner } from './runner.js';

const names: Record<keyof ProgramFinders, string> = { shell: 'Shell', r: 'R', julia: 'Julia' };
/** Where Debian's packages keep settings without which they do not start. */
const settings: Record<keyof ProgramFinders, readonly string[]> = {
  shell: [],
  r: ['/etc/R'],
  julia: ['/etc/julia'],
};

/** Apps that one program of the machine starts, with the packages the machine has: shell, R and Julia scripts. */
export function createProgramRunner(
  runtime: keyof ProgramFinders,
  { sandbox, findPrograms }: { sandbox: Sandbox; findPrograms: ProgramFinders },
): Runner {
  return {
    async prepare(job) {
      const program = await findPrograms[runtime]();
      if (program === null)
        throw new MeshdeckError(
          'runtime-missing',
          `This machine has nothing that starts ${names[runtime]} scripts any more. Install it, or run the job on another machine.`,
        );
      const work = await makeWorkFolder(job, sandbox);
      const env = appEnvironment({ ...job, ...work, workFolder: work.path });
      return {
        run: () =>
          runScript({
            ...{ job, work, env, sandbox },
            reads: [...programPaths(program.path), ...settings[runtime]],
            command: program.path,
            args: [job.entry],
            runtimeVersion: `${names[runtime]} ${program.version}`,
            startMs: 0,
            warm: false,
          }),
      };
    },
  };
}
