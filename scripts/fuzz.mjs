// `npm run fuzz -- [--count 100000] [--seed N] [--door TEXT]`: malformed MQTT packets, HTTP requests and payloads against a live hub of its
// own on loopback. Exits 1 where it ends, keeps more than 50 MB, or does what nobody was allowed to ask for.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';

const usage = 'npm run fuzz -- [--count 100000] [--seed N] [--door TEXT]';

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(`fuzz: ${message}\nusage: ${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        count: { type: 'string', default: '100000' },
        seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
        /** Only doors whose name has this in it. */
        door: { type: 'string', default: '' },
      },
    });
    return { count: Number(values.count), seed: Number(values.seed), door: values.door };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { count, seed, door } = readArguments();
if (!Number.isInteger(count) || count < 100) refuse('--count must be a whole number from 100 on.');
if (!Number.isInteger(seed) || seed < 0) refuse('--seed must be a whole number from 0 on.');

await ensureBuilt({ quiet: true, testing: true });
// These stand on what has just been built.
const { inWorkshop } = await import('@meshdeck/testing/mesh');
const { fuzzTable, runFuzz } = await import('./fuzz/run.mjs');
try {
  console.log(`fuzz: ${count.toLocaleString('en-US')} from seed ${seed}`);
  const result = await inWorkshop((workshop) => runFuzz({ count, seed, workshop, door, say: console.log }));
  console.log(`\n${fuzzTable(result)}`);
  process.exitCode = result.complaints.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
