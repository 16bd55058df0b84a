// `npm run simulate -- ...`: the hub's placement code, unchanged, over generated or recorded machines and jobs on a
// fake clock. The TypeScript in bench/simulate is bundled on the fly.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './build/paths.mjs';
import { sharedEntries } from './build/shared-entries.mjs';

const folder = join(root, 'node_modules/.cache/meshdeck');
const outfile = join(folder, `simulate-${process.pid}.mjs`);

mkdirSync(folder, { recursive: true });
process.on('exit', () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [join(root, 'bench/simulate/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  alias: Object.fromEntries(sharedEntries().map(({ name, source }) => [name, source])),
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
