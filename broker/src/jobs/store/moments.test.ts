import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import { tableOf } from '../../placement/recorded-decision.js';
import { openDecisionLog } from './decision-log.js';
import { createMoments } from './moments.js';

const logger = pino({ level: 'silent' });
const task: TaskNeeds = {
  ...{ labels: {}, memoryBytes: 0, gpu: false, runtime: 'onnx', nodeId: null, failedOn: new Set<string>() },
  ...{ rows: 10, bytes: 4000 },
};

/** A room as they come: names and ids in their real length, figures with all their digits. `beat`: of which heartbeat. */
function room(count: number, beat = 0): MachineSnapshot[] {
  const version = { version: '1.22.0' };
  return Array.from({ length: count }, (_, number) => {
    const figure = 1 + Math.abs(Math.sin(number + beat / 7));
    const fixed = 1 + Math.abs(Math.sin(number));
    return {
      id: `${number}`.padStart(4, '0').padEnd(26, 'abcdefghijklmnop'),
      name: `laboratory-${number}`,
      ...{ membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
      ...{ labels: { room: `${number % 7}` }, slotsTotal: 1, slotsBusy: 0, placedSinceHeartbeat: 0 },
      heartbeatAt: 1_796_000_000_000 + beat * 2000 + number * 7,
      ...{ freeRamBytes: Math.round(4e9 * figure), gpus: 0, features: ['check'], protection: null },
      runtimes: { python: null, node: version, onnx: version, bubblewrap: null, containers: null },
      score: {
        score: 3 * figure,
        load: 9 / figure,
        performance: fixed / 3,
        thermal: 1,
        thermalUnknown: false,
      },
      prediction: { rowsPerSecond: 1000 * fixed, overheadMs: 7 / fixed, startMs: 100, basis: 'machine' },
      ...{ coldBytes: 1234, bytesPerSecond: 1e8 / fixed, warm: true, slotUtilisation: fixed / 2 },
      ...{ freeCpuPercent: 40 * figure, cores: 8, slotsBusyAtHeartbeat: 0 },
    };
  });
}

async function openRoom() {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-moments-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const clock = { at: 1_796_000_000_000 };
  const open = async (segmentBytes?: number) => {
    const log = await openDecisionLog({ dir, logger, ...(segmentBytes !== undefined && { segmentBytes }) });
    return { log, moments: createMoments({ log, now: () => clock.at, logger }) };
  };
  const written = async () => {
    const files = await Promise.all((await readdir(dir)).map((name) => readFile(join(dir, name))));
    return files.reduce((sum, { length }) => sum + length, 0);
  };
  return { dir, clock, open, written };
}

it.each([
  ['one a minute', 1],
  ['many a second', 60],
])(
  'writes at most 4 KB a job among a thousand machines where they come %s',
  async (_pace, each) => {
    const jobs = 120;
    const { clock, open, written } = await openRoom();
    const { log, moments } = await open();
    for (let job = 0; job < jobs; job += each) {
      clock.at += 60_000;
      const moment = moments.begin('model', room(1000, job));
      for (let at = job; at < job + each; at += 1) {
        const decision = moment.decide(task, { at: clock.at, task: 0, attempt: 1 });
        const taken = moment.machines.find(({ id }) => id === decision.chosenNodeId);
        if (taken === undefined) throw new Error('nothing was placed');
        moment.put({ ...taken, slotsBusy: 1, placedSinceHeartbeat: 1, slotsFreeInMs: [123.456789] });
        await log.add(`job${at}`, decision);
      }
      moment.end();
      await moments.settled();
    }
    await log.stop();
    // The first table is there whatever it costs.
    const first = 160_000;
    expect(((await written()) - first) / jobs).toBeLessThan(4096);
    expect(await written()).toBeGreaterThan(first);
  },
  60_000,
);

it('finds the machines of a decision after a restart, until the last job that needs them is removed', async () => {
  const { clock, open } = await openRoom();
  const { log, moments } = await open();
  const moment = moments.begin('model', room(30));
  const decision = moment.decide(task, { at: clock.at, task: 0, attempt: 1 });
  await log.add('one', decision);
  await log.add('two', decision);
  const id = decision.again?.moment ?? expect.fail('its table was not left out');
  // From memory as long as it goes on.
  expect(tableOf(decision, await moments.find(id)).candidates).toHaveLength(30);
  moment.end();
  await moments.settled();
  await log.stop();

  const next = await open();
  const stored = await next.log.one('two', 0);
  expect(stored).toMatchObject({ number: 0, machines: 30 });
  const table = tableOf(stored ?? expect.fail('it is gone'), await next.moments.find(id));
  expect(table.candidates).toHaveLength(30);
  expect(table.othersAt).toBeNull();
  await next.log.remove('one');
  expect(next.log.hasMoment(id)).toBe(true);
  await next.log.remove('two');
  expect(next.log.hasMoment(id)).toBe(false);
  await next.log.stop();
});

it('finds the machines of a decision that was moved behind the removal of another that named them', async () => {
  const { clock, open } = await openRoom();
  // Every write has a file of its own.
  const { log, moments } = await open(1);
  const moment = moments.begin('model', room(30));
  const decision = moment.decide(task, { at: clock.at, task: 0, attempt: 1 });
  await log.add('kept', decision);
  moment.end();
  await moments.settled();
  await log.add('gone', decision);
  await log.remove('gone');
  // Most of all is garbage now: the oldest file is cleared, and its decision comes last.
  const { again, ...large } = decision;
  for (let at = 0; at < 10; at += 1) await log.add('large', large);
  await log.remove('large');
  await log.stop();

  const next = await open(1);
  const id = again?.moment ?? expect.fail('its table was not left out');
  const stored = await next.log.one('kept', 0);
  const table = tableOf(stored ?? expect.fail('it is gone'), await next.moments.find(id));
  expect(table.candidates).toHaveLength(30);
  await next.log.stop();
});

it('opens decisions of the version before, which hold all of their machines', async () => {
  const { open } = await openRoom();
  const { log } = await open();
  const { again: _none, ...whole } = (await open()).moments
    .begin('model', room(5))
    .decide(task, { at: 1, task: 0, attempt: 1 });
  await log.add('old', whole);
  const { decisions } = await log.page('old');
  expect(decisions).toEqual([{ ...whole, number: 0 }]);
  await log.stop();
});
