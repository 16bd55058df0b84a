import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inWorkshop, privateHubFlags, startHub } from '@meshdeck/testing/mesh';
import { activeMachines, startCrowd, untilAllActive } from './fleet/crowd.mjs';
import { watchHealth } from './fleet/health-watch.mjs';
import { allAtOnce, makeNoop, oneByOne } from './fleet/noop-jobs.mjs';
import { runWithKills } from './fleet/kills.mjs';
import { meterOf } from './fleet/process-meter.mjs';
import { startAgain } from './fleet/restart.mjs';
import { hubClient } from './lib/hub-client.mjs';
import { inCount, inMb, inMs, percentile, report } from './lib/report.mjs';

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */
/** @typedef {{ machines: number[], jobs: number, alone: number, idleSeconds: number, settleMs: number, restart: boolean, kills: number }} Settings */

/** What a mesh that has just come together still does is not its idle state; nor is it while somebody looks. */
const usual = { machines: [2, 100, 300, 1000], jobs: 5000, alone: 200, idleSeconds: 20, settleSeconds: 45 };
const listings = 20;

/**
 * `--machines=300` or several (`2,100`); `--jobs=N`, `--alone=N` (jobs one at a time), `--idle=SECONDS`, `--no-restart`;
 * `--settle=SECONDS` before the hub counts as idle. `--kills=N` kills the hub so often while the jobs run, and measures nothing else.
 *
 * @param {readonly string[]} options
 * @returns {Settings}
 */
function settingsOf(options) {
  /** @param {string} name */
  const value = (name) => options.find((option) => option.startsWith(`--${name}=`))?.split('=')[1];
  const machines = value('machines')?.split(',').map(Number) ?? usual.machines;
  const settings = {
    machines,
    jobs: Number(value('jobs') ?? usual.jobs),
    alone: Number(value('alone') ?? usual.alone),
    idleSeconds: Number(value('idle') ?? usual.idleSeconds),
    settleMs: 1000 * Number(value('settle') ?? usual.settleSeconds),
    restart: !options.includes('--no-restart'),
    kills: Number(value('kills') ?? 0),
  };
  const numbers = [...machines, settings.jobs, settings.alone, settings.idleSeconds, settings.settleMs];
  if (!numbers.every((number) => Number.isInteger(number) && number > 0)) {
    throw new Error('--machines, --jobs, --alone, --idle and --settle want whole numbers above 0');
  }
  if (!Number.isInteger(settings.kills) || settings.kills < 0)
    throw new Error('--kills wants a whole number');
  return settings;
}

/** The list of machines, page by page as people's programs read it, in ms each. @param {RunningHub} hub */
async function timeListings(hub) {
  /** @type {number[]} */
  const waits = [];
  for (let round = 0; round < listings; round += 1) {
    const startedAt = performance.now();
    await activeMachines(hub);
    waits.push(performance.now() - startedAt);
  }
  return waits;
}

/** The hub stopped and started again on its ports. @param {RunningHub} hub @param {number} machines @param {(hub: RunningHub) => void} onStarted */
async function timeRestart(hub, machines, onStarted) {
  await hub.stop();
  const startedAt = performance.now();
  const next = await startAgain(hub);
  onStarted(next);
  const readyMs = performance.now() - startedAt;
  const meter = meterOf(next.pid);
  await untilAllActive(next, machines);
  return { readyMs, backMs: performance.now() - startedAt - readyMs, cpuMs: meter().cpuMs };
}

/** @param {Workshop} workshop @param {number} machines @param {Settings} settings */
async function measure(workshop, machines, settings) {
  let hub = await startHub({ dataDir: join(workshop.folder, 'hub'), flags: privateHubFlags });
  workshop.keep({ stop: () => hub.stop() });
  const crowd = await startCrowd(workshop, hub, machines);
  await untilAllActive(hub, machines);
  await pause(settings.settleMs);

  const idleMeter = meterOf(hub.pid);
  await pause(settings.idleSeconds * 1000);
  const idle = idleMeter();
  const listMs = await timeListings(hub);

  const client = workshop.keep(hubClient(hub));
  const tables = await makeNoop(client);
  await oneByOne(client, tables, Math.ceil(settings.alone / 4));
  const aloneMs = await oneByOne(client, tables, settings.alone);

  const health = watchHealth(hub.ready.url);
  const meter = meterOf(hub.pid);
  await allAtOnce(client, tables, settings.jobs);
  const work = meter();
  const healthMs = await health.stop();
  const back = settings.restart ? await timeRestart(hub, machines, (next) => (hub = next)) : null;
  return {
    machines,
    jobs: settings.jobs,
    idle,
    listMs,
    aloneMs,
    work,
    healthMs,
    back,
    troubles: crowd.troubles(),
  };
}

/** @param {Awaited<ReturnType<typeof measure>>} measured */
function linesOf({ machines, jobs, idle, listMs, aloneMs, work, healthMs, back, troubles }) {
  const line = (/** @type {string} */ what, /** @type {string} */ value, note = '') => ({
    what: `${inCount(machines)} machines: ${what}`,
    value,
    note,
  });
  return [
    line('hub idle', `${idle.cpuPercent.toFixed(1)} % of a core`, inMb(idle.residentBytes)),
    line('list of machines', inMs(percentile(listMs, 0.5)), `p99 ${inMs(percentile(listMs, 0.99))}`),
    line(
      'one no-op job at a time',
      `${percentile(aloneMs, 0.5).toFixed(1)} ms`,
      `p99 ${inMs(percentile(aloneMs, 0.99))}`,
    ),
    line(
      `${inCount(jobs)} no-op jobs`,
      `${inCount((1000 * jobs) / work.ms)}/s`,
      `memory after them ${inMb(work.residentBytes)}`,
    ),
    line("the hub's processor time a job", `${(work.cpuMs / jobs).toFixed(2)} ms`),
    line('written a job', `${(work.writtenBytes / jobs / 1024).toFixed(1)} KB`),
    line(
      '/healthz meanwhile',
      `p99 ${inMs(percentile(healthMs, 0.99))}`,
      `longest ${inMs(Math.max(...healthMs))}`,
    ),
    ...(back === null
      ? []
      : [
          line('hub process start to doors', inMs(back.readyMs)),
          line('doors to all back', inMs(back.backMs), `${inMs(back.cpuMs)} of the hub's processor time`),
        ]),
    line('locked out or told to do something', String(troubles), 'wanted: 0'),
  ];
}

/** Exits with 1 where a job is lost or doubled. @param {number} machines @param {Settings} settings */
async function killAgainAndAgain(machines, { jobs, kills }) {
  const result = await inWorkshop((workshop) => runWithKills(workshop, { machines, jobs, kills }));
  const { lost, doubled, restarts, falselyLost, troubles } = result;
  const longest = (/** @type {'readyMs' | 'backMs'} */ key) =>
    inMs(Math.max(...restarts.map((one) => one[key])));
  report(
    `fleet-kills-${machines}`,
    [
      {
        what: `${inCount(jobs)} jobs, ${inCount(machines)} machines, kills of the hub`,
        value: String(kills),
      },
      { what: 'jobs lost', value: String(lost.length), note: lost.slice(0, 5).join(' ') },
      { what: 'jobs doubled', value: String(doubled.length), note: doubled.slice(0, 5).join(' ') },
      { what: 'hub process start to doors, longest', value: longest('readyMs') },
      { what: 'doors to all back, longest', value: longest('backMs') },
      { what: 'given up for their silence while they lived', value: String(falselyLost) },
      { what: 'locked out or told to do something', value: String(troubles), note: 'wanted: 0' },
    ],
    result,
  );
  if (lost.length + doubled.length > 0) process.exitCode = 1;
}

/** @param {readonly string[]} options */
export default async function benchFleet(options = []) {
  const settings = settingsOf(options);
  /** @type {Awaited<ReturnType<typeof measure>>[]} */
  const rows = [];
  for (const machines of settings.machines) {
    if (settings.kills > 0) {
      await killAgainAndAgain(machines, settings);
      continue;
    }
    rows.push(await inWorkshop((workshop) => measure(workshop, machines, settings)));
    // Each by itself: what was measured is told, whatever becomes of the next.
    report(`fleet-${machines}`, rows.slice(-1).flatMap(linesOf), { settings, rows: rows.slice(-1) });
  }
}
