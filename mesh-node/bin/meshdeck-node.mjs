#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/bundle/cli.js', import.meta.url);
const sourceBuild = new URL('../../scripts/build.mjs', import.meta.url);

function give(sentence) {
  process.stderr.write(`meshdeck-node: ${sentence}\n`);
  process.exit(1);
}

// A fresh checkout has nothing compiled yet.
if (!existsSync(program)) {
  if (!existsSync(sourceBuild))
    give('dist/bundle is missing. Install Meshdeck again, or run "npm run build".');
  try {
    const { ensureBuilt } = await import(sourceBuild.href);
    await ensureBuilt({ quiet: true });
  } catch (error) {
    give(`it could not be built: ${error.message}`);
  }
}
await import(program.href);
