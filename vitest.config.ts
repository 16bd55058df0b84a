import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { sharedAliases } from './scripts/build/shared-entries.mjs';

/** Svelte components, mounted into a document; `.svelte` in the name lets a test hold runes of its own. */
const componentTests = 'desktop/src/renderer/**/*.svelte.test.ts';

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: [
      {
        find: /^@meshdeck\/testing\/(.*)$/,
        replacement: fileURLToPath(new URL('testing/src/$1/index.ts', import.meta.url)),
      },
      ...sharedAliases(),
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            '{shared,broker,mesh-node,desktop,testing}/src/**/*.test.ts',
            'testing/integration/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', componentTests],
          setupFiles: 'testing/src/vitest/patience.ts',
        },
      },
      {
        extends: true,
        // Without it, `svelte` is the half that renders pages on a server.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'components',
          include: [componentTests],
          environment: 'happy-dom',
          setupFiles: 'desktop/src/renderer/testing/setup.ts',
          // They share what a page shares: the set up of each test puts it back, and loading it once takes a third of the time.
          isolate: false,
          server: { deps: { inline: ['@lucide/svelte'] } },
          testTimeout: 10_000,
        },
      },
    ],
    testTimeout: 90_000,
    // As `vi.waitFor` has: Vitest's own second is too short where others load the machine.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    // A machine that many share may stall; the reporter marks what needed its second try.
    // What the agent's processes get: ONNX Runtime reports to nobody.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
