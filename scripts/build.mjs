import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './build/install.mjs';
import { bundle, bundles, compile } from './build/steps.mjs';

const product = ['shared', 'shared/src/runtime', 'broker', 'mesh-node', 'desktop/src/main'];
/** What tests, benchmarks and the demo share. */
const testingProject = 'testing';

/**
 * Brings a checkout to where it runs: dependencies when none are installed, then whatever is out of date. All output
 * goes to stderr; with `quiet` only what fails is shown. Throws an Error with one sentence when a step fails.
 * MESHDECK_SKIP_BUILD=1 takes what is there as it is.
 *
 * @param {{ quiet?: boolean, testing?: boolean }} [options] `testing`: what tests, benchmarks and the demo share, too
 */
export async function ensureBuilt({ quiet = false, testing = false } = {}) {
  if (process.env.MESHDECK_SKIP_BUILD === '1') return;
  /** @param {string} text */
  const say = (text) => process.stderr.write(`meshdeck: ${text}\n`);
  await ensureInstalled({ quiet, say });
  await compile(testing ? [...product, testingProject] : product, { quiet });
  for (const each of bundles) await bundle(each, { quiet, say });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensureBuilt({ testing: true });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
