import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@meshdeck/testing/checkout';
import { inWorkshop } from '@meshdeck/testing/mesh';
import { pino } from 'pino';
import { inCount, percentile, report } from './lib/report.mjs';

const dayMs = 86_400_000;
const metrics = 11;

/** @param {readonly string[]} options @param {string} name @param {number} usual */
function option(options, name, usual) {
  const given = options.find((word) => word.startsWith(`--${name}=`));
  return given === undefined ? usual : Number(given.slice(name.length + 3));
}

/** Made-up metrics: percents with two decimals, bytes in pages, a few counters. @param {number} metric @param {number} step */
function valueOf(metric, step) {
  const noise = Math.random();
  if (metric < 5) return Math.round((50 + 30 * Math.sin(step / 500 + metric) + noise * 10) * 100) / 100;
  if (metric < 7) return 8e9 + Math.floor(noise * 100_000) * 4096;
  if (metric < 9) return Math.round(noise * 200_000);
  return Math.floor(noise * 5);
}

/**
 * A month of machines' metrics through the store itself, a day at a time with its upkeep after each: what a reading takes, how
 * long charts, the list and a start take. `--machines 50 --every 2` is a full room, and takes hours.
 *
 * @param {readonly string[]} options
 */
export default async function benchSeries(options) {
  const machines = option(options, 'machines', 10);
  const days = option(options, 'days', 30);
  const everyMs = option(options, 'every', 60) * 1000;
  const { createSeriesStore } = await import(pathToFileURL(join(root, 'broker/dist/series/store.js')).href);
  await inWorkshop(async ({ folder }) => {
    const start = Date.UTC(2026, 0, 1);
    const time = { now: start };
    const open = () =>
      createSeriesStore({
        ...{ dataDir: join(folder, 'series'), logger: pino({ level: 'silent' }) },
        ...{ clock: () => time.now, uptime: () => time.now - start + 1 },
        keeping: { of: () => ({ readings: 3650, minutes: 3650, hours: 3650 }), budgetBytes: null },
      });
    let store = await open();
    let rows = 0;
    const cpuFrom = process.cpuUsage();
    for (let day = 0; day < days; day += 1) {
      for (let at = 0; at < dayMs; at += everyMs) {
        for (let machine = 0; machine < machines; machine += 1) {
          const ts = start + day * dayMs + at + machine * 37 + Math.floor(Math.random() * 6);
          for (let metric = 0; metric < metrics; metric += 1) {
            store.append(`node:m${machine}`, `k${metric}`, ts, valueOf(metric, (day * dayMs + at) / everyMs));
          }
        }
        rows += machines * metrics;
        if (store.state.bufferedRows > 200_000) await store.flush();
      }
      time.now = start + (day + 1) * dayMs + 2 * 3_600_000;
      await store.maintain();
    }
    const cpu = process.cpuUsage(cpuFrom);
    const { usage } = store;
    await store.stop();

    const openedAt = performance.now();
    store = await open();
    const openMs = performance.now() - openedAt;
    /** @param {() => Promise<unknown>} work */
    const timed = async (work) => {
      const times = [];
      for (let round = 0; round < 15; round += 1) {
        const from = performance.now();
        await work();
        times.push(performance.now() - from);
      }
      return percentile(times, 0.5);
    };
    const chart = (/** @type {number} */ span) => () =>
      store.query({ source: 'node:m1', fromMs: time.now - span * dayMs, toMs: time.now });
    const [monthMs, weekMs, listMs] = [
      await timed(chart(days)),
      await timed(chart(7)),
      await timed(() => store.listSeries()),
    ];
    await store.stop();
    const bytes = statSync(join(folder, 'series/series.duckdb')).size;
    const [readings] = usage.tiers;
    report(
      'series',
      [
        {
          what: 'readings',
          value: inCount(rows),
          note: `${machines} machines, ${days} days, every ${everyMs / 1000} s`,
        },
        { what: 'bytes a reading', value: (readings.bytes / readings.rows).toFixed(2), note: 'wanted: 4' },
        {
          what: 'the file, a reading',
          value: (bytes / rows).toFixed(2),
          note: 'with summaries and free space',
        },
        {
          what: `${days} days of one machine, p50`,
          value: `${monthMs.toFixed(0)} ms`,
          note: 'wanted: 100 ms',
        },
        { what: '7 days of one machine, p50', value: `${weekMs.toFixed(0)} ms` },
        { what: 'list of series, p50', value: `${listMs.toFixed(1)} ms` },
        { what: 'opening the store', value: `${openMs.toFixed(0)} ms`, note: 'wanted for the hub: 1,000 ms' },
        { what: 'processor time', value: `${((cpu.user + cpu.system) / rows).toFixed(2)} µs a reading` },
      ],
      { machines, days, everyMs, rows, usage, bytes, monthMs, weekMs, listMs, openMs },
    );
  });
}
