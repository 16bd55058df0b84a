import { fastPathNames } from '@meshdeck/shared/runtime';
import { treeCpuMs } from '@meshdeck/testing/measure';
import { inWorkshop } from '@meshdeck/testing/mesh';
import { makeWork, manyAtOnce, oneAtATime, startRoute } from './lib/dispatch-route.mjs';
import { inCount, percentile, report } from './lib/report.mjs';

/** `MESHDECK_BENCH_JOBS` for a longer run. */
const many = Number(process.env.MESHDECK_BENCH_JOBS ?? 600);
const alone = 50;
const defaultRounds = 5;

/** What no-op jobs cost with these fast paths. @param {string} fastPaths */
const measure = (fastPaths) =>
  inWorkshop(async (workshop) => {
    const env = { MESHDECK_FAST_PATHS: fastPaths };
    const { client, hub, agents } = await startRoute(workshop, 'embedded', [], env);
    const { noop } = await makeWork(client);
    await manyAtOnce(client, noop, 100);
    const pids = { hub: hub.pid, agent1: agents[0]?.pid ?? 0, agent2: agents[1]?.pid ?? 0 };
    const read = () => ({ hub: treeCpuMs(pids.hub), machines: treeCpuMs(pids.agent1) + treeCpuMs(pids.agent2) });
    const before = read();
    const waits = await oneAtATime(client, noop, { warmUp: 0, count: alone });
    const between = read();
    const { perSecond } = await manyAtOnce(client, noop, many);
    const after = read();
    return {
      alone: {
        p50: percentile(waits, 0.5),
        hub: (between.hub - before.hub) / alone,
        machines: (between.machines - before.machines) / alone,
      },
      together: {
        perSecond,
        hub: (after.hub - between.hub) / many,
        machines: (after.machines - between.machines) / many,
      },
    };
  });

/** @typedef {Awaited<ReturnType<typeof measure>>} Measured */

/** @param {readonly number[]} values */
const median = (values) => percentile(values, 0.5);

/** @param {readonly Measured[]} runs */
function medians(runs) {
  const of = (/** @type {(run: Measured) => number} */ read) => median(runs.map(read));
  return {
    together: of(({ together }) => together.hub + together.machines),
    perSecond: of(({ together }) => together.perSecond),
    hub: of(({ together }) => together.hub),
    machines: of(({ together }) => together.machines),
    alone: of((run) => run.alone.hub + run.alone.machines),
    p50: of((run) => run.alone.p50),
  };
}

/** `--rounds=5`; `--only=NAME,NAME`. Each fast path off by turns with all on. @param {string[]} options */
export default async function benchFastPaths(options) {
  const said = (/** @type {string} */ name) =>
    options.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(said('rounds') ?? defaultRounds);
  const names = said('only')?.split(';') ?? [...fastPathNames, 'off'];
  const variants = ['on', ...names];
  /** @type {Map<string, Measured[]>} */
  const runs = new Map(variants.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // The other way round every second time: what changes on the machine meanwhile hits all alike.
    for (const name of round % 2 === 0 ? variants : variants.toReversed()) {
      const measured = await measure(name);
      runs.get(name)?.push(measured);
      console.error(new Date().toISOString().slice(11, 19), name, JSON.stringify(measured));
    }
  }
  const base = medians(runs.get('on') ?? []);
  const over = (/** @type {number} */ value, /** @type {number} */ than) =>
    `${value >= than ? '+' : ''}${Math.round((100 * value) / than - 100)} %`;
  report(
    'fast-paths',
    variants.map((name) => {
      const m = medians(runs.get(name) ?? []);
      return {
        what: name === 'on' ? 'all on' : name === 'off' ? 'all off' : `${name} off`,
        value: `${m.together.toFixed(2)} ms (${over(m.together, base.together)})`,
        note:
          `hub ${m.hub.toFixed(2)}, machines ${m.machines.toFixed(2)}; ${inCount(m.perSecond)}/s; ` +
          `alone ${m.alone.toFixed(2)} ms (${over(m.alone, base.alone)}), p50 ${m.p50.toFixed(1)} ms (${over(m.p50, base.p50)})`,
      };
    }),
    { many, alone, rounds, runs: Object.fromEntries(runs) },
  );
}
