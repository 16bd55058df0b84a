import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { sharedAliases } from './scripts/build/shared-entries.mjs';

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: sharedAliases() },
  test: {
    include: [
      '{shared,broker,mesh-node,desktop}/src/**/*.test.ts',
      'sample-apps/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // A machine that many share may stall; the reporter marks what needed its second try.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
