import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { runStep } from './run-step.mjs';

/** npm's own JavaScript, so that no shell is needed to start it (Windows has `npm.cmd`). */
function npmCommand() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const cli = places.find((place) => place?.endsWith('npm-cli.js') && existsSync(place));
  return cli === undefined ? { command: 'npm', args: [] } : { command: process.execPath, args: [cli] };
}

/**
 * `npm ci` where nothing is installed yet; an existing node_modules is never touched.
 *
 * @param {{ quiet?: boolean, say?: (text: string) => void }} [options]
 */
export async function ensureInstalled({ quiet = false, say = () => {} } = {}) {
  if (existsSync(join(root, 'node_modules/.package-lock.json'))) return;
  say('installing dependencies (npm ci)');
  const npm = npmCommand();
  await runStep({
    name: 'npm ci',
    command: npm.command,
    args: [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    quiet,
  });
}
