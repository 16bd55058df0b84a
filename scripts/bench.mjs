// `npm run bench [-- NAME...]`: each prints a table and writes JSON to bench/results. No name: all of them.
import { ensureBuilt } from './build.mjs';

const benchmarks = [
  'join',
  'kernel',
  'inference',
  'ingest',
  'memory',
  'dispatch',
  'queue',
  'recovery',
  'reconnect',
];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !benchmarks.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are ${benchmarks.join(', ')}.`);
  process.exit(2);
}

await ensureBuilt({ quiet: true });
for (const name of asked.length > 0 ? asked : benchmarks) {
  try {
    const { default: run } = await import(`../bench/${name}.mjs`);
    await run();
  } catch (error) {
    console.error(`\n${name} did not finish: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
