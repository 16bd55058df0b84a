import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './npm-command.mjs';
import { root } from './paths.mjs';
import { runStep } from './run-step.mjs';

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
