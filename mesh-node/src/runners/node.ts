import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { hasDependencies } from '../packages/node-packages.js';
import { holdEnvironment, type Installing } from './environments.js';
import { installNodeModules } from './install/node-modules.js';
import { appEnvironment } from './process/app-environment.js';
import { makeOwnCopy } from './process/own-copy.js';
import { runScript } from './process/run-script.js';
import { makeWorkFolder } from './process/work-folder.js';
import { programPaths } from '../sandbox/runtime-paths.js';
import type { Runner } from './runner.js';

const exists = (path: string) =>
  access(path)
    .then(() => true)
    .catch(() => false);

/** Node apps, run by the agent's own Node. */
export function createNodeRunner({ installing }: { installing: Installing }): Runner {
  const { sandbox } = installing;
  return {
    async environment(job) {
      // An app that brings its modules along needs none.
      if (await exists(join(job.bundleFolder, 'node_modules'))) return null;
      if (!(await hasDependencies(job.bundleFolder))) return null;
      const madeWith = [process.version, process.arch];
      return holdEnvironment(installing, job, 'modules', madeWith, (target) =>
        installNodeModules({ job, installing, target }),
      );
    },
    async prepare(job, environment) {
      const work = await makeWorkFolder(job, sandbox);
      const startedMs = performance.now();
      if (environment !== null) {
        const ownModules = join(work.path, 'node_modules');
        await makeOwnCopy(join(environment.path, 'node_modules'), ownModules);
        await sandbox.give(work.user, ownModules);
      }
      const startMs = (environment?.tookMs ?? 0) + performance.now() - startedMs;
      const env = appEnvironment({ ...job, ...work, workFolder: work.path });
      return {
        run() {
          return runScript({
            job,
            work,
            env,
            sandbox,
            reads: programPaths(),
            command: process.execPath,
            args: [job.entry],
            runtimeVersion: `Node ${process.versions.node}`,
            startMs,
            warm: environment?.warm ?? false,
          });
        },
      };
    },
  };
}
