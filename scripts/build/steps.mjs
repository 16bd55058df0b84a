import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runStep } from './run-step.mjs';
import { whenChanged } from './stamp.mjs';

const node = process.execPath;
/** @param {string} path */
const has = (path) => existsSync(join(root, path));

/**
 * tsc trusts its own notes more than its output: where the output was deleted, the notes must go too.
 *
 * @param {string} project
 */
function forgetWhereDeleted(project) {
  if (!has(`${project}/dist`)) rmSync(join(root, project, 'tsconfig.tsbuildinfo'), { force: true });
}

/** `tsc -b`, incremental by itself. @param {string[]} projects @param {{ quiet: boolean }} options */
export function compile(projects, { quiet }) {
  projects.forEach(forgetWhereDeleted);
  return runStep({
    name: 'tsc -b',
    command: node,
    args: [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects.filter((path) => has(path))],
    quiet,
  });
}

/** What runs apart from tsc's output: the agent's bundle, the preload, the page. Each only when its sources changed. */
export const bundles = [
  {
    name: 'agent bundle',
    needs: 'mesh-node/build.mjs',
    sources: [
      'mesh-node/src',
      'mesh-node/build.mjs',
      'mesh-node/pack.mjs',
      'mesh-node/package.json',
      'scripts/build/bundle-programs.mjs',
      'scripts/build/outside-of-bundles.mjs',
      'scripts/build/shared-entries.mjs',
      'shared/package.json',
      'shared/src',
      'package-lock.json',
    ],
    stamp: 'mesh-node/dist/bundle.stamp',
    output: 'mesh-node/dist/package/agent.json',
    args: ['mesh-node/build.mjs'],
  },
  {
    name: 'hub bundle',
    needs: 'broker/build.mjs',
    sources: [
      'broker/src',
      'broker/build.mjs',
      'broker/package.json',
      'scripts/build/bundle-programs.mjs',
      'scripts/build/outside-of-bundles.mjs',
      'scripts/build/shared-entries.mjs',
      'shared/package.json',
      'shared/src',
      'package-lock.json',
    ],
    stamp: 'broker/dist/bundle.stamp',
    output: 'broker/dist/bundle/meshdeck.js',
    args: ['broker/build.mjs'],
  },
  {
    name: 'preload',
    needs: 'desktop/build-preload.mjs',
    sources: ['desktop/src/preload', 'desktop/src/main', 'desktop/build-preload.mjs', 'package-lock.json'],
    stamp: 'desktop/dist/preload.stamp',
    output: 'desktop/dist/preload/index.cjs',
    args: ['desktop/build-preload.mjs'],
  },
  {
    name: 'user interface',
    needs: 'desktop/vite.config.ts',
    sources: [
      'desktop/src/renderer',
      'desktop/index.html',
      'desktop/vite.config.ts',
      'desktop/svelte.config.js',
      'desktop/package.json',
      'scripts/build/shared-entries.mjs',
      'shared/package.json',
      'shared/src',
      'package-lock.json',
    ],
    stamp: 'desktop/dist/renderer.stamp',
    output: 'desktop/dist/renderer/index.html',
    args: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'desktop/vite.config.ts',
      '--logLevel',
      'warn',
    ],
  },
];

/**
 * Runs one bundle when its sources changed; says whether it did.
 *
 * @param {(typeof bundles)[number]} step
 * @param {{ quiet: boolean, say: (text: string) => void }} options
 */
export async function bundle({ name, needs, args, ...rest }, { quiet, say }) {
  if (!has(needs)) return false;
  return whenChanged({
    ...rest,
    step() {
      say(`building the ${name}`);
      return runStep({
        name,
        command: node,
        args: args.map((arg) => (has(arg) ? join(root, arg) : arg)),
        quiet,
      });
    },
  });
}
