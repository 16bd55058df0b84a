#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

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
// What loading leaves alive for a moment makes V8's space for new objects grow to 48 MB, which an idle agent
// keeps. From the first job on it may grow (src/hub-session.ts).
setFlagsFromString('--semi-space-growth-factor=1');
await import(program.href);
