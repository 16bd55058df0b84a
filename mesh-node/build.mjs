import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outsideOfAgent } from '../scripts/build/outside-of-bundles.mjs';
import { bundlePrograms } from '../scripts/build/bundle-programs.mjs';
import { packAgent } from './pack.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The agent and what it starts as processes of its own, bundled into `outdir` (default `dist/bundle`). */
export async function buildAgent({ outdir = here('dist/bundle') } = {}) {
  await bundlePrograms({
    outdir,
    programs: {
      cli: here('src/cli.ts'),
      'identity-maker': here('src/join/identity-maker.ts'),
      'runner-process': here('src/runners/onnx/runner-process.ts'),
    },
    external: outsideOfAgent,
  });
  // The decoder of JPEGs: WebAssembly, the same for every platform.
  const decoder = 'mozjpeg_dec.wasm';
  const require = createRequire(import.meta.url);
  await copyFile(require.resolve(`@jsquash/jpeg/codec/dec/${decoder}`), join(outdir, decoder));
  const licence = require.resolve('@jsquash/jpeg/codec/LICENSE.codec.md');
  await copyFile(licence, join(outdir, `${decoder}.LICENSE.md`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAgent();
  await packAgent();
}
