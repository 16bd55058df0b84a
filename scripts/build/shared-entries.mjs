import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/**
 * @typedef {object} SharedEntry
 * @property {string} name how it is imported: `@meshdeck/shared/csv`
 * @property {string} source its TypeScript file, absolute
 * @property {boolean} forBrowsers whether pages may import it
 */

/**
 * What `shared` exports, read from its exports map: bundles and tests are made of its sources, so that a change needs no
 * compiling first.
 *
 * @returns {SharedEntry[]}
 */
export function sharedEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'shared/package.json'), 'utf8'));
  return Object.entries(exports).map(([path, conditions]) => {
    const compiled = conditions.default ?? conditions.node.default;
    return {
      name: `${name}${path.slice(1)}`,
      source: join(root, 'shared', compiled.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
      forBrowsers: conditions.browser !== null,
    };
  });
}

/**
 * The same for Vite: names as they are, not the beginnings of longer ones. What pages may not import is left to the exports map,
 * which refuses it.
 *
 * @param {{ pages?: boolean }} [options]
 */
export function sharedAliases({ pages = false } = {}) {
  return sharedEntries()
    .filter(({ forBrowsers }) => forBrowsers || !pages)
    .map(({ name, source }) => ({ find: new RegExp(`^${name}$`), replacement: source }));
}
