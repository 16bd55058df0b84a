// `npm run insider [-- --short] [--only TEXT]`: what one account, key or credential can do to a live hub of its own on loopback: every route and
// topic by every role in hostile sizes, and storms of the dearest. Exits 1 where that costs more than 100 MB or others twice their time.
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    /** Only attacks whose name has this in it, a regular expression. */
    only: { type: 'string', default: '' },
  },
});

await ensureBuilt({ quiet: true, testing: true });
// These stand on what has just been built.
const { inWorkshop } = await import('@meshdeck/testing/mesh');
const { insiderTable } = await import('./insider/report.mjs');
const { runInsider } = await import('./insider/run.mjs');
try {
  const result = await inWorkshop((workshop) =>
    runInsider({
      workshop,
      ...(values.short
        ? { stormMs: 1500, calmMs: 300, share: 0.08, floorMs: null }
        : { stormMs: 5000, calmMs: 2500, share: 1, floorMs: 20 }),
      wanted: (name) => new RegExp(values.only, 'u').test(name),
      say: console.log,
    }),
  );
  console.log(`\n${insiderTable(result)}`);
  process.exitCode = result.complaints.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`insider: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
}
