import { fileURLToPath } from 'node:url';
import { outsideOfAgent } from '../scripts/build/outside-of-bundles.mjs';
import { bundlePrograms } from '../scripts/build/bundle-programs.mjs';
import { packAgent } from './pack.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The agent and what it starts as processes of its own, bundled into `outdir` (default `dist/bundle`). */
export function buildAgent({ outdir = here('dist/bundle') } = {}) {
  return bundlePrograms({
    outdir,
    programs: {
      cli: here('src/cli.ts'),
      'identity-maker': here('src/join/identity-maker.ts'),
      'runner-process': here('src/runners/onnx/runner-process.ts'),
    },
    external: outsideOfAgent,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAgent();
  await packAgent();
}
