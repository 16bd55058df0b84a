import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';
import { sharedAliases, sharedEntries } from './build/shared-entries.mjs';

/** Bundles a page that imports this one module, by the aliases that the pages are built with. */
async function bundlePage(imported: string): Promise<string> {
  const page = join(root, 'desktop/src/renderer/probe-page.js');
  const built = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: { alias: sharedAliases({ pages: true }) },
    build: { write: false, rollupOptions: { input: page } },
    plugins: [
      {
        name: 'one-import',
        resolveId: (id) => (id === page ? page : null),
        load: (id) =>
          id === page ? `import * as all from ${JSON.stringify(imported)}; console.log(all);` : null,
      },
    ],
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (output === undefined || !('output' in output)) throw new Error('nothing was built');
  return output.output.map((each) => ('code' in each ? each.code : '')).join('');
}

it('finds the source of every entry of the exports map', () => {
  const entries = sharedEntries();
  expect(entries.map(({ name }) => name)).toContain('@meshdeck/shared/csv');
  expect(entries.filter(({ source }) => !existsSync(source))).toEqual([]);
});

it('lets pages import the contract, and refuses them what needs Node', async () => {
  expect(await bundlePage('@meshdeck/shared')).toContain('meshdeck/v1');
  const forNode = sharedEntries().filter(({ forBrowsers }) => !forBrowsers);
  expect(forNode.map(({ name }) => name)).toEqual([
    '@meshdeck/shared/runtime',
    '@meshdeck/shared/runtime/identity',
  ]);
  for (const { name } of forNode) {
    await expect(bundlePage(name)).rejects.toThrow(/runtime/);
  }
});
