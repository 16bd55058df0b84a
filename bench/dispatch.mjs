import { startRabbitmq, whyNoRabbitmq } from '@meshdeck/testing/brokers';
import { inWorkshop } from '@meshdeck/testing/mesh';
import { meterOf } from './fleet/process-meter.mjs';
import { makeWork, manyAtOnce, oneAtATime, startRoute } from './lib/dispatch-route.mjs';
import { measureCelery, measureDask } from './lib/peers.mjs';
import { inCount, percentile, report } from './lib/report.mjs';

/** `MESHDECK_BENCH_JOBS` for a shorter run, such as 1000. */
const many = Number(process.env.MESHDECK_BENCH_JOBS ?? 10_000);
const alone = Math.min(500, many / 4);
const scripts = 20;

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */

/** @param {Workshop} workshop @param {string} name @param {string[]} hubFlags */
async function throughMeshdeck(workshop, name, hubFlags) {
  const { client, hub } = await startRoute(workshop, name, hubFlags);
  const work = await makeWork(client);
  const digits = await oneAtATime(client, work.digits, { warmUp: 50, count: alone });
  const alonesMeter = meterOf(hub.pid);
  const noop = await oneAtATime(client, work.noop, { warmUp: 50, count: alone });
  const aloneCpuMs = alonesMeter().cpuMs / (50 + alone);
  const script = await oneAtATime(client, work.script, { warmUp: 3, count: scripts });
  const manysMeter = meterOf(hub.pid);
  const throughput = await manyAtOnce(client, work.noop, many);
  const hubCpuMs = { alone: aloneCpuMs, many: manysMeter().cpuMs / many };
  return { digits, noop, script, throughput, hubCpuMs };
}

/** @param {readonly number[]} waits */
const inWaits = (waits) =>
  `p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms`;
/** @param {number} perSecond */
const rate = (perSecond) => `${inCount(perSecond)}/s`;

/** @param {string} name @param {Awaited<ReturnType<typeof throughMeshdeck>> | null} measured @param {string} missing */
function linesOf(name, measured, missing) {
  if (measured === null) return [{ what: `meshdeck, ${name}`, value: '-', note: missing }];
  const { digits, noop, script, throughput, hubCpuMs } = measured;
  return [
    { what: `meshdeck, ${name}: no-op model, one at a time`, value: inWaits(noop) },
    { what: `meshdeck, ${name}: digits model, 450 rows, one at a time`, value: inWaits(digits) },
    { what: `meshdeck, ${name}: script, a process of its own each`, value: inWaits(script) },
    {
      what: `meshdeck, ${name}: ${inCount(many)} no-op jobs`,
      value: rate(throughput.perSecond),
      note: `handed in after ${(throughput.handedInMs / 1000).toFixed(1)} s, committed after ${throughput.seconds.toFixed(1)} s`,
    },
    {
      what: `meshdeck, ${name}: the hub's processor time a job`,
      value: `${hubCpuMs.many.toFixed(2)} ms`,
      note: `${hubCpuMs.alone.toFixed(2)} ms where they come one at a time`,
    },
  ];
}

/** @param {string} name @param {import('./lib/peers.mjs').PeerResult | null} measured @param {string} missing */
function peerLines(name, measured, missing) {
  if (measured === null) return [{ what: name, value: '-', note: missing }];
  return [
    { what: `${name}: no-op, one at a time`, value: inWaits(measured.waitsMs) },
    { what: `${name}: ${inCount(many)} no-ops`, value: rate(measured.perSecond) },
  ];
}

export default async function benchDispatch() {
  await inWorkshop(async (workshop) => {
    const embedded = await inWorkshop((own) => throughMeshdeck(own, 'embedded', []));
    const noRabbit = whyNoRabbitmq();
    const rabbit = noRabbit === null ? workshop.keep(await startRabbitmq()) : null;
    const rabbitmq =
      rabbit === null
        ? null
        : await inWorkshop((own) => throughMeshdeck(own, 'rabbitmq', ['--amqp', rabbit.url]));
    const celery = rabbit === null ? null : await measureCelery(workshop, rabbit.url, { alone, many });
    const dask = await measureDask({ alone, many });
    const wantsRabbit = `not installed: apt-get install rabbitmq-server`;
    report(
      'dispatch',
      [
        ...linesOf('embedded', embedded, ''),
        ...linesOf('RabbitMQ', rabbitmq, wantsRabbit),
        ...peerLines(
          'Celery over the same RabbitMQ, 2 workers',
          celery,
          rabbit === null ? wantsRabbit : 'not installed: apt-get install python3-celery',
        ),
        ...peerLines('Dask, 2 workers', dask, 'not installed: apt-get install python3-distributed'),
      ],
      { many, alone, embedded, rabbitmq, celery, dask },
    );
  });
}
