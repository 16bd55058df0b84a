// `npm run bench [-- NAME... --OPTION...]`: each prints a table and writes JSON to bench/results. No name: all of them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { root } from './build/paths.mjs';

const benchmarks = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length));

/** @type {string[]} */
const options = [];
/** @type {string[]} */
const asked = [];
for (const word of process.argv.slice(2)) {
  const last = options.at(-1);
  if (word.startsWith('--')) options.push(word);
  // `--machines 300` is the same as `--machines=300`.
  else if (/^[\d,]+$/.test(word) && last?.includes('=') === false) options.push(`${options.pop()}=${word}`);
  else asked.push(word);
}
const unknown = asked.find((name) => !benchmarks.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are ${benchmarks.join(', ')}.`);
  process.exit(2);
}

// ONNX Runtime reports to its maker unless told so before it is loaded; a benchmark speaks to nobody.
process.env.ORT_DISABLE_TELEMETRY = '1';
await ensureBuilt({ quiet: true, testing: true });
for (const name of asked.length > 0 ? asked : benchmarks) {
  try {
    const { default: run } = await import(`../bench/${name}.mjs`);
    await run(options);
  } catch (error) {
    console.error(`\n${name} did not finish: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
