import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { peakBytes, residentBytes } from '@meshdeck/testing/measure';
import { inWorkshop, privateHubFlags, startHub } from '@meshdeck/testing/mesh';
import { makeWork, oneAtATime, startRoute } from './lib/dispatch-route.mjs';
import { hubClient } from './lib/hub-client.mjs';
import { inCount, inMb, inMs, percentile, report } from './lib/report.mjs';
import { runProgram } from './lib/run-program.mjs';

const finished = 100_000;
const queued = 10_000;
const calls = 50;
/** After the start everything old is looked through once for files that nobody needs. */
const settleMs = 15_000;

/** @param {string} dir @returns {number} */
const sizeOf = (dir) =>
  readdirSync(dir, { withFileTypes: true }).reduce(
    (sum, entry) =>
      sum + (entry.isDirectory() ? sizeOf(join(dir, entry.name)) : statSync(join(dir, entry.name)).size),
    0,
  );

/** @param {(index: number) => Promise<unknown>} call */
async function p50(call) {
  /** @type {number[]} */
  const waits = [];
  for (let index = 0; index < calls; index += 1) {
    const startedAt = performance.now();
    await call(index);
    waits.push(performance.now() - startedAt);
  }
  return percentile(waits, 0.5);
}

/** A hub that has run one job, stopped. @param {string} folder */
const runOne = (folder) =>
  inWorkshop(async ({ keep }) => {
    const { hub, client } = await startRoute({ folder, keep }, 'queue', []);
    const { digits } = await makeWork(client);
    await oneAtATime(client, digits, { warmUp: 0, count: 1 });
    return hub.dataDir;
  });

export default async function benchQueue() {
  await inWorkshop(async ({ folder, keep }) => {
    const dataDir = await runOne(folder);
    await runProgram('broker/bench/fill-jobs.mjs', { dataDir, finished, queued });
    const startedAt = performance.now();
    const hub = keep(await startHub({ dataDir, flags: privateHubFlags }));
    const startMs = performance.now() - startedAt;
    const client = keep(hubClient(hub));
    await pause(settleMs);
    const memory = { resident: residentBytes(hub.pid) ?? 0, peak: peakBytes(hub.pid) ?? 0 };
    const listMs = await p50(() => client.call('GET', '/jobs?limit=50'));
    const oldMs = await p50((index) =>
      client.call('GET', `/jobs/${(index * 1999).toString(36).padStart(10, '0')}`),
    );
    /** @type {{ jobs: import('@meshdeck/shared').JobSummary[] }} */
    const { jobs } = await client.call('GET', '/jobs?limit=1&state=queued');
    const template = jobs[0];
    if (template === undefined) throw new Error('No job waits.');
    const { app, input } = template;
    const submitMs = await p50(() =>
      client.call('POST', '/jobs', {
        json: { app: { name: app.name }, input: { sha256: input.sha256, name: input.name }, options: {} },
      }),
    );
    const bytes = sizeOf(join(dataDir, 'documents'));
    report(
      'queue',
      [
        {
          what: `hub with ${inCount(finished)} finished and ${inCount(queued)} queued jobs: start`,
          value: inMs(startMs),
          note: 'from the process to its open doors; wanted: below 5,000 ms',
        },
        { what: 'memory, settled', value: inMb(memory.resident), note: 'wanted: below 400 MB' },
        { what: 'memory, peak', value: inMb(memory.peak) },
        { what: 'the newest 50 jobs, p50', value: `${listMs.toFixed(1)} ms` },
        { what: 'a finished job, p50', value: `${oldMs.toFixed(1)} ms` },
        { what: 'handing in one more, p50', value: `${submitMs.toFixed(1)} ms` },
        { what: 'on disk', value: inMb(bytes) },
      ],
      { finished, queued, startMs, memory, listMs, oldMs, submitMs, bytes },
    );
  });
}
