// node broker/bench/fill-jobs.mjs '{"dataDir","finished","queued"}'
// Multiplies the one job that a hub has run, by the hub's own store: as many finished ones with their reasoning, and as many
// that wait. The hub must not run meanwhile.
import { join } from 'node:path';
import { pino } from 'pino';
import { openJobRecords } from '../dist/jobs/store/job-records.js';

/** @type {{ dataDir: string, finished: number, queued: number }} */
const { dataDir, finished, queued } = JSON.parse(process.argv[2] ?? '{}');
const logger = pino({ level: 'warn' });
const { jobStore, decisions } = await openJobRecords({ dir: join(dataDir, 'documents'), logger });
const [done] = await jobStore.list({ limit: 1 });
if (done === undefined) throw new Error('The hub has run no job.');
/** @type {import('@meshdeck/shared').Decision[]} */
const reasons = [];
for await (const decision of decisions.of(done.id)) reasons.push(decision);
const idOf = (/** @type {number} */ index) => index.toString(36).padStart(10, '0');
const at = Date.now() - finished - queued;
for (let start = 0; start < finished + queued; start += 5_000) {
  const some = Array.from(
    { length: Math.min(5_000, finished + queued - start) },
    (_, index) => start + index,
  );
  await Promise.all(
    some.map(async (index) => {
      const id = idOf(index);
      const rename = (/** @type {string} */ text) => text.replaceAll(done.id, id);
      const job = { ...JSON.parse(rename(JSON.stringify(done))), createdAt: at + index };
      if (index < finished) {
        await jobStore.put(job);
        for (const decision of reasons) await decisions.add(id, decision);
        return;
      }
      const tasks = job.tasks.map((/** @type {object} */ task) => ({
        ...task,
        state: 'queued',
        output: null,
        attempts: [],
      }));
      const open = { state: 'queued', output: null, startedAt: null, finishedAt: null };
      await jobStore.put({ ...job, ...open, tasks });
    }),
  );
}
await jobStore.stop();
await decisions.stop();
