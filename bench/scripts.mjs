import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inWorkshop, until } from '@meshdeck/testing/mesh';
import { startRoute } from './lib/dispatch-route.mjs';
import { percentile, report } from './lib/report.mjs';

const execute = promisify(execFile);
const alone = 40;
const points = 100;

/** Copies its table, after as many milliseconds of work as its parameter says. */
const script = `import { copyFileSync } from 'node:fs';
const until = performance.now() + Number(process.env.MESHDECK_PARAM_MS ?? 0);
while (performance.now() < until);
copyFileSync(process.env.MESHDECK_INPUT, process.env.MESHDECK_OUTPUT + '/predictions.csv');
`;

/** @typedef {import('@meshdeck/shared').JobView} JobView */
/** @typedef {Record<'placed' | 'started' | 'ran' | 'known', number>} Stages milliseconds of each */

/** The same script by its interpreter alone, started by a program that waits for it. @param {string} folder */
function bareRuns(folder) {
  const input = join(folder, 'x.csv');
  const program = join(folder, 'script.mjs');
  writeFileSync(input, 'x\n1\n');
  writeFileSync(program, script);
  mkdirSync(join(folder, 'out'));
  const env = { ...process.env, MESHDECK_INPUT: input, MESHDECK_OUTPUT: join(folder, 'out') };
  const once = async (ms = 0) => {
    const startedAt = performance.now();
    await execute(process.execPath, [program], { env: { ...env, MESHDECK_PARAM_MS: String(ms) } });
    return performance.now() - startedAt;
  };
  /** @param {number} ms */
  const byParallel = async (ms) => {
    const startedAt = performance.now();
    const values = Array.from({ length: points }, (_, at) => String(ms + at / 1000));
    const each = `MESHDECK_PARAM_MS={} ${process.execPath} ${program}`;
    await execute('parallel', ['--will-cite', '-j2', each, ':::', ...values], { env });
    return (performance.now() - startedAt) / 1000;
  };
  return { once, byParallel };
}

/** @param {JobView} job @param {number} sentAt @param {number} heardAt @returns {Stages} */
function stagesOf(job, sentAt, heardAt) {
  const attempt = job.tasks[0]?.attempts[0];
  if (attempt?.startedAt == null || attempt.finishedAt === null) throw new Error('The job has no attempt.');
  return {
    placed: attempt.placedAt - sentAt,
    started: attempt.startedAt - attempt.placedAt,
    ran: attempt.finishedAt - attempt.startedAt,
    known: heardAt - attempt.finishedAt,
  };
}

/**
 * What a script app costs beside its interpreter alone, one at a time and as a sweep of a hundred beside GNU parallel; all on
 * two machines with one slot each, in the sandbox that this machine has.
 */
export default async function benchScripts() {
  const noParallel = spawnSync('parallel', ['--version']).status !== 0;
  await inWorkshop(async (workshop) => {
    const bare = bareRuns(workshop.folder);
    const { client } = await startRoute(workshop, 'scripts', []);
    await client.pushApp('bench-script.mjs', Buffer.from(script));
    const { sha256 } = await client.putTable('x.csv', Buffer.from('x\n1\n'));
    const job = { app: { name: 'bench-script' }, input: { sha256, name: 'x.csv' }, options: {} };

    /** @type {{ bare: number[], whole: number[], stages: Stages[] }} */
    const times = { bare: [], whole: [], stages: [] };
    for (let at = -3; at < alone; at += 1) {
      const bareMs = await bare.once();
      const sentAt = Date.now();
      const startedAt = performance.now();
      /** @type {JobView} */
      const done = await client.call('POST', '/jobs?wait=60', { json: job });
      const wholeMs = performance.now() - startedAt;
      if (done.state !== 'succeeded')
        throw new Error(`The job ended ${done.state}: ${done.failure?.message}`);
      if (at < 0) continue;
      times.bare.push(bareMs);
      times.whole.push(wholeMs);
      times.stages.push(stagesOf(done, sentAt, sentAt + wholeMs));
    }

    /** @param {number} ms */
    const sweep = async (ms) => {
      const values = Array.from({ length: points }, (_, at) => String(ms + at / 1000));
      const startedAt = performance.now();
      /** @type {{ id: string }} */
      const { id } = await client.call('POST', '/sweeps', {
        json: { job, sweep: [{ param: 'ms', values }] },
      });
      await until(
        () => client.call('GET', `/sweeps/${id}?limit=1`),
        (/** @type {import('@meshdeck/shared').SweepView} */ { byState }) => {
          if ((byState.failed ?? 0) > 0) throw new Error('A job of the sweep failed.');
          return byState.succeeded === points;
        },
        { what: 'the sweep to end', timeoutMs: 300_000, everyMs: 50 },
      );
      return (performance.now() - startedAt) / 1000;
    };
    /** @type {{ workMs: number, sweepSeconds: number, parallelSeconds: number | null }[]} */
    const sweeps = [];
    for (const workMs of [0, 200]) {
      const sweepSeconds = await sweep(workMs);
      const parallelSeconds = noParallel ? null : await bare.byParallel(workMs);
      sweeps.push({ workMs, sweepSeconds, parallelSeconds });
    }

    const p50 = (/** @type {number[]} */ waits) => percentile(waits, 0.5);
    const stage = (/** @type {keyof Stages} */ name) =>
      `${p50(times.stages.map((stages) => stages[name])).toFixed(0)} ms`;
    const bareMs = p50(times.bare);
    report(
      'scripts',
      [
        { what: 'the interpreter alone, p50', value: `${bareMs.toFixed(1)} ms` },
        {
          what: 'as a job, one at a time, p50',
          value: `${p50(times.whole).toFixed(1)} ms`,
          note: `${(p50(times.whole) / bareMs).toFixed(2)} times as long; wanted: 1.3`,
        },
        { what: '  handed in to placed', value: stage('placed') },
        { what: '  placed to started', value: stage('started'), note: 'order, workspace, walls' },
        { what: '  started to reported', value: stage('ran'), note: 'interpreter, result' },
        { what: '  reported to known', value: stage('known') },
        ...sweeps.map(({ workMs, sweepSeconds, parallelSeconds }) => ({
          what: `a sweep of ${points}, ${workMs} ms of work each`,
          value: `${sweepSeconds.toFixed(1)} s`,
          note:
            parallelSeconds === null
              ? 'apt-get install parallel for its peer'
              : `GNU parallel -j2 ${parallelSeconds.toFixed(1)} s: ${(sweepSeconds / parallelSeconds).toFixed(2)} times as long`,
        })),
      ],
      { alone, points, times, sweeps },
    );
  });
}
