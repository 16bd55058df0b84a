import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const shared = (file: string) => fileURLToPath(new URL(`shared/src/${file}.ts`, import.meta.url));

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: [
      {
        find: /^@meshdeck\/testing\/(.*)$/,
        replacement: fileURLToPath(new URL('testing/src/$1/index.ts', import.meta.url)),
      },
      { find: '@meshdeck/shared/identity', replacement: shared('identity') },
      { find: '@meshdeck/shared/onnx', replacement: shared('onnx/index') },
      { find: '@meshdeck/shared/api', replacement: shared('api/index') },
      { find: '@meshdeck/shared/csv', replacement: shared('csv/index') },
      { find: '@meshdeck/shared', replacement: shared('index') },
    ],
  },
  test: {
    include: [
      '{shared,broker,mesh-node,desktop,testing}/src/**/*.test.ts',
      'testing/integration/**/*.test.ts',
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
