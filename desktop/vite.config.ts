import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { sharedAliases } from '../scripts/build/shared-entries.mjs';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The hub serves the pages at `/` and answers any unknown path with index.html, so assets are named from the root.
 * Nothing is inlined: the pages run under a policy that allows neither inline scripts nor data: fonts.
 */
export default defineConfig({
  root: path('.'),
  base: '/',
  publicDir: path('src/renderer/public'),
  plugins: [svelte()],
  resolve: { alias: sharedAliases({ pages: true }) },
  build: {
    outDir: path('dist/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:7420',
      '/mqtt': { target: 'ws://127.0.0.1:7420', ws: true },
    },
  },
});
