import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { createGateway } from '../../packages/gateway.js';
import { readNodePackages } from '../../packages/node-packages.js';
import { atRegistry, readNpmSettings } from '../../packages/npm-settings.js';
import { programPaths } from '../../sandbox/runtime-paths.js';
import { makeScratch, type EnvironmentJob, type Installing } from '../environments.js';
import { findNpm } from '../find-npm.js';
import { installationFailed } from './complaint.js';
import { networkFor } from './installer-network.js';
import { beginInstallation, finishInstallation, runInstaller } from './run-installer.js';

/**
 * Makes `target/node_modules` with what the app's package.json, or its package-lock.json, asks for. No package's scripts are run.
 * @throws MeshdeckError `app-invalid`, `requirements-failed`, `runtime-missing` (no npm)
 */
export async function installNodeModules(options: {
  job: EnvironmentJob;
  installing: Installing;
  target: string;
}): Promise<void> {
  const { job, installing, target } = options;
  const npm = await findNpm();
  if (npm === null) {
    throw new MeshdeckError(
      'runtime-missing',
      'This machine has no npm, so it cannot install what this app depends on. Pack the app as a .zip with its node_modules in it, or run the job on another machine.',
    );
  }
  const machine = await readNpmSettings();
  const gateway = createGateway({
    python: { indexes: [], links: [] },
    registryFor: machine.registryFor,
    sourceBuilds: false,
    settings: machine.settings,
    appSettings: machine.appSettings,
    signal: job.signal,
  });
  try {
    const { network, address, origin } = await networkFor(gateway, installing.sandbox);
    const packages = await readNodePackages(job.bundleFolder, {
      fetched: (url) => origin + gateway.pathFor(url),
      locked: (url, name) => origin + gateway.pathFor(atRegistry(machine, url, name)),
    });
    await mkdir(target, { mode: 0o700 });
    if (packages === null) return;
    await writeFile(join(target, 'package.json'), packages.manifest);
    if (packages.lock !== null) await writeFile(join(target, 'package-lock.json'), packages.lock);
    const scratch = await makeScratch(job);
    // npm takes no file twice.
    const settings = { user: join(scratch.path, 'npmrc'), global: join(scratch.path, 'npmrc-global') };
    for (const path of Object.values(settings)) await writeFile(path, '');
    const reads = [...programPaths(), dirname(dirname(npm))];
    const installation = await beginInstallation({
      job,
      installing,
      scratch,
      target,
      reads,
      conceal: address,
    });
    const tail = await runInstaller(installation, {
      command: process.execPath,
      args: [
        ...[npm, packages.lock === null ? 'install' : 'ci', '--prefix', target],
        ...[
          '--ignore-scripts',
          '--omit=dev',
          '--no-audit',
          '--no-fund',
          '--no-progress',
          '--no-update-notifier',
        ],
        ...[`--cache=${join(scratch.path, 'cache')}`, '--replace-registry-host=never'],
        // The gateway has tried already.
        ...['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000'],
        // What asks for git all the same finds none.
        ...[`--userconfig=${settings.user}`, `--globalconfig=${settings.global}`, '--git=/nowhere/git'],
      ],
      network,
      // Not on the command line, which others on this machine can read where there are no walls.
      env: { npm_config_registry: `${address}/npm/` },
    });
    if (tail !== null)
      throw installationFailed({
        file: 'package.json',
        tail,
        findings: gateway.findings,
        sourceBuilds: true,
      });
    await finishInstallation(installation);
  } finally {
    gateway.close();
  }
}
