import { fileURLToPath } from 'node:url';
import { outsideOfHub } from '../scripts/build/outside-of-bundles.mjs';
import { bundlePrograms } from '../scripts/build/bundle-programs.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The hub and its command line; the hub itself is a chunk of its own that other commands never load. */
await bundlePrograms({
  outdir: here('dist/bundle'),
  programs: {
    meshdeck: here('src/cli/main.ts'),
    // Threads and a process of their own, found beside the hub's chunk.
    'convert-child': here('src/conversion/convert-child.ts'),
    'describe-thread': here('src/models/describe-thread.ts'),
    'read-thread': here('src/results/read-thread.ts'),
  },
  external: outsideOfHub,
});
