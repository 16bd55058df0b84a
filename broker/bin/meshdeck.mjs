#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/bundle/meshdeck.js', import.meta.url);
const sourceBuild = new URL('../../scripts/build.mjs', import.meta.url);

// A fresh checkout has nothing compiled yet.
if (!existsSync(main) && existsSync(sourceBuild)) {
  try {
    const { ensureBuilt } = await import(sourceBuild.href);
    await ensureBuilt({ quiet: true });
  } catch (error) {
    process.stderr.write(`meshdeck: it could not be built: ${error.message}\n`);
    process.exit(1);
  }
}
await import(main.href);
