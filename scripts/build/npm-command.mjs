import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** npm's own JavaScript, so that no shell is needed to start it (Windows has `npm.cmd`). */
export function npmCommand() {
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
