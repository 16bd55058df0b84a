import { fastPathNames } from '@meshdeck/shared/runtime';
import { treeCpuMs } from '@meshdeck/testing/measure';
import { inWorkshop } from '@meshdeck/testing/mesh';
import { makeWork, manyAtOnce, oneAtATime, startRoute } from './lib/dispatch-route.mjs';
import { percentile, report } from './lib/report.mjs';

/** One burst: so many jobs together, then so many one at a time, both on tables that were there before; */
const together = 150;
const alone = 15;
/** then so many together, each on a table of its own: their results are new to the store of files, too. */
const onNewTables = 50;
const defaultRounds = 12;

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {Awaited<ReturnType<typeof startOne>>} Mesh */
/** @typedef {Awaited<ReturnType<typeof burst>>} Burst */

/** A mesh with these fast paths, warm. @param {Workshop} workshop @param {string} name */
async function startOne(workshop, name) {
  const env = { MESHDECK_FAST_PATHS: name.startsWith('on') ? 'on' : name };
  const { client, hub, agents } = await startRoute(workshop, name, [], env);
  const { noop } = await makeWork(client);
  await manyAtOnce(client, noop, 200);
  const cpuMs = () => ({
    hub: treeCpuMs(hub.pid),
    machines: agents.reduce((sum, { pid }) => sum + treeCpuMs(pid), 0),
  });
  return { client, noop, cpuMs };
}

/** Tables that no hub has seen yet. @param {Mesh['client']} client */
const newTables = (client) =>
  Promise.all(
    Array.from({ length: onNewTables }, () => client.putTable('x.csv', Buffer.from(`x\n${Math.random()}\n`))),
  );

/** Processor time a job, in ms, and what its sender waits. @param {Mesh} mesh */
async function burst({ client, noop, cpuMs }) {
  const start = cpuMs();
  const { seconds } = await manyAtOnce(client, noop, together);
  const between = cpuMs();
  const waits = await oneAtATime(client, noop, { warmUp: 0, count: alone });
  const end = cpuMs();
  const unseen = { ...noop, tables: await newTables(client) };
  const before = cpuMs();
  const anew = await manyAtOnce(client, unseen, onNewTables);
  const after = cpuMs();
  return {
    'hub, together': (between.hub - start.hub) / together,
    'machines, together': (between.machines - start.machines) / together,
    'all, together': (between.hub + between.machines - start.hub - start.machines) / together,
    'wall, together': (1000 * seconds) / together,
    'all, alone': (end.hub + end.machines - between.hub - between.machines) / alone,
    'p50, alone': percentile(waits, 0.5),
    'hub, new tables': (after.hub - before.hub) / onNewTables,
    'wall, new tables': (1000 * anew.seconds) / onNewTables,
  };
}

/** @param {readonly number[]} values */
const median = (values) => percentile(values, 0.5);
/** @param {number} ratio */
const inPercent = (ratio) => `${ratio >= 1 ? '+' : ''}${Math.round(100 * ratio - 100)} %`;

/**
 * What no-op jobs cost with each fast path off, over all on: a mesh each, side by side, that take turns in short bursts,
 * so that what else the machine does hits all alike. `on again` says what is noise. Options: `--rounds=12`,
 * `--only=NAME;NAME` (`NAME,NAME` for several off at once).
 *
 * @param {string[]} options
 */
export default async function benchFastPaths(options) {
  const said = (/** @type {string} */ name) =>
    options.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(said('rounds') ?? defaultRounds);
  const names = said('only')?.split(';') ?? [...fastPathNames, 'off'];
  const variants = ['on', 'on again', ...names];
  await inWorkshop(async (workshop) => {
    /** @type {Map<string, Mesh>} */
    const meshes = new Map();
    for (const name of variants) meshes.set(name, await startOne(workshop, name));
    /** @type {Map<string, Burst[]>} */
    const bursts = new Map(variants.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, mesh] of round % 2 === 0 ? meshes : [...meshes].toReversed()) {
        bursts.get(name)?.push(await burst(mesh));
      }
    }
    const base = bursts.get('on') ?? [];
    const figures = /** @type {(keyof Burst)[]} */ (Object.keys(base[0] ?? {}));
    const of = (/** @type {string} */ name, /** @type {keyof Burst} */ figure) =>
      (bursts.get(name) ?? []).map((each) => each[figure]);
    report(
      'fast-paths',
      variants.map((name) => ({
        what: name.startsWith('on') ? name : `without ${name === 'off' ? 'all' : name}`,
        value: `${median(of(name, 'all, together')).toFixed(2)} ms`,
        note: figures
          .map((figure) => {
            const ratios = of(name, figure).map(
              (value, round) => value / (base[round]?.[figure] ?? Number.NaN),
            );
            return `${figure} ${median(of(name, figure)).toFixed(2)} (${inPercent(median(ratios))})`;
          })
          .join('; '),
      })),
      { together, alone, onNewTables, rounds, bursts: Object.fromEntries(bursts) },
    );
  });
}
