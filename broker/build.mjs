import { fileURLToPath } from 'node:url';
import { bundlePrograms } from '../scripts/build/bundle-programs.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The hub and its command line; the hub itself is a chunk of its own that other commands never load. */
await bundlePrograms({
  outdir: here('dist/bundle'),
  programs: {
    meshdeck: here('src/cli/main.ts'),
    // Threads of their own, found beside the hub's chunk.
    'describe-thread': here('src/models/describe-thread.ts'),
    'read-thread': here('src/results/read-thread.ts'),
  },
  external: ['@duckdb/node-api', '@node-rs/argon2'],
});
