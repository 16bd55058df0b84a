import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The hub's command line program, found as a package so that the checkout and the installed app agree. */
export function findHubScript(from: string): string {
  return join(dirname(createRequire(from).resolve('@meshdeck/broker/package.json')), 'bin', 'meshdeck.mjs');
}
