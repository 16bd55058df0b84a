import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { npmCommand } from './npm-command.mjs';
import { root } from './paths.mjs';
import { runStep } from './run-step.mjs';

/** Tests, and what programs of these folders leave behind. */
const leftOut = /(\.test\.\w+|\.map|\.stamp)$|^(__pycache__|node_modules)$/;

/** @param {string} workspace */
const manifestOf = async (workspace) =>
  JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8'));

/** What npm is told of the package. @param {import('./packages.mjs').Package} each */
export async function manifestFor({ name, description, version, bin, dependencies }) {
  const { engines, license } = await manifestOf('.');
  /** @type {Record<string, string>} */
  const wanted = {};
  for (const [workspace, names] of Object.entries(dependencies)) {
    const known = (await manifestOf(workspace)).dependencies;
    for (const each of names) wanted[each] = known[each];
  }
  return {
    ...{ name, version: (await manifestOf(version)).version, description, license, type: 'module' },
    ...{ engines, bin, dependencies: wanted },
  };
}

/**
 * `npm pack` of one package, put together beside the checkout: the workspaces themselves name each other as dependencies,
 * which are on no registry.
 *
 * @param {import('./packages.mjs').Package} each @param {string} into
 */
export async function packPackage(each, into) {
  const staging = await mkdtemp(join(tmpdir(), 'meshdeck-package-'));
  try {
    for (const path of each.contents) {
      await cp(join(root, path), join(staging, path), {
        recursive: true,
        filter: (source) => !leftOut.test(basename(source)),
      });
    }
    const manifest = await manifestFor(each);
    await writeFile(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const npm = npmCommand();
    await runStep({
      name: `npm pack of ${each.name}`,
      command: npm.command,
      args: [
        ...npm.args,
        'pack',
        staging,
        '--pack-destination',
        into,
        '--ignore-scripts',
        '--loglevel=error',
      ],
      quiet: true,
    });
    return { name: each.name, file: join(into, `${each.name}-${manifest.version}.tgz`) };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
