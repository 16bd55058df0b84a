import { access, cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import type { Cache } from '../cache/cache.js';
import { holdEnvironment, runInstaller } from './environments.js';
import { findNpm } from './find-npm.js';
import { appEnvironment } from './process/app-environment.js';
import { makeOwnCopy } from './process/own-copy.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder, type WorkFolder } from './process/work-folder.js';
import { nodePaths } from '../sandbox/runtime-paths.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Runner, RunnerJob } from './runner.js';

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

async function hasDependencies(bundleFolder: string): Promise<boolean> {
  const text = await readFile(join(bundleFolder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  try {
    return Object.keys(packageSchema.parse(JSON.parse(text)).dependencies).length > 0;
  } catch (cause) {
    throw new MeshdeckError('app-invalid', 'The package.json of this app cannot be read.', { cause });
  }
}

/** Installs the bundle's dependencies; their install scripts are not run. */
async function makeModules(job: RunnerJob, sandbox: Sandbox, work: WorkFolder, path: string): Promise<void> {
  const npm = await findNpm();
  if (npm === null) {
    throw new MeshdeckError(
      'runtime-missing',
      'This machine has no npm, so it cannot install what this app depends on. Put node_modules into the app, or run the job on another machine.',
    );
  }
  await mkdir(path, { mode: 0o700 });
  for (const name of ['package.json', 'package-lock.json']) {
    const source = join(job.bundleFolder, name);
    if (await exists(source)) await cp(source, join(path, name));
  }
  const verb = (await exists(join(path, 'package-lock.json'))) ? 'ci' : 'install';
  await runInstaller({
    job,
    sandbox,
    work,
    reads: [...nodePaths(), dirname(dirname(npm))],
    target: path,
    workFolder: path,
    command: process.execPath,
    args: [npm, verb, '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--no-progress'],
    complaint:
      'The packages in package.json could not be installed on this machine. See the last lines for the one that failed.',
  });
}

/** Node apps, run by the agent's own Node. */
export function createNodeRunner({ cache, sandbox }: { cache: Cache; sandbox: Sandbox }): Runner {
  return {
    async prepare(job) {
      const work = await makeWorkFolder(job, sandbox);
      const ownModules = join(work.path, 'node_modules');
      if ((await hasDependencies(job.bundleFolder)) && !(await exists(ownModules))) {
        const modules = await holdEnvironment(cache, job, 'modules', (path) =>
          makeModules(job, sandbox, work, path),
        );
        try {
          await makeOwnCopy(join(modules.path, 'node_modules'), ownModules);
          await sandbox.give(work.user, ownModules);
        } finally {
          modules.release();
        }
      }
      const env = appEnvironment({ ...job, workFolder: work.path, inputPath: work.inputPath });
      return {
        run() {
          return runScript({
            job,
            work,
            env,
            sandbox,
            reads: nodePaths(),
            command: process.execPath,
            args: [job.entry],
            runtimeVersion: `Node ${process.versions.node}`,
          });
        },
      };
    },
  };
}
