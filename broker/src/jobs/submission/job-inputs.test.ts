import { agentFeatures, jobRequestSchema } from '@meshdeck/shared';
import { expect, it, vi } from 'vitest';
import { ada, openJobRoom, type RoomOptions } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const features = [agentFeatures.inputs];

async function openWith(options: RoomOptions = {}) {
  const room = await openJobRoom({ machines: [idleMachine('one', { at: 1_000_000, features })], ...options });
  const app = await room.push();
  const table = await room.table('x\n1\n', 'table.csv');
  const other = await room.table('y\n2\n', 'other.csv');
  const run = (...names: string[]) =>
    room.api.create(
      { ...room.request(app, table), inputs: names.map((name) => ({ sha256: other.sha256, name })) },
      ada,
    );
  return { ...room, run, other };
}

it('keeps the files of a job with it, and sends them to its machine and to that of its rerun', async () => {
  const room = await openWith();
  const job = await room.run('Ärger (2).csv', 'labels');
  const inputs = ['Ärger (2).csv', 'labels'].map((name) => ({ ...room.other, name }));
  expect(job.inputs).toEqual(inputs);
  const order = await vi.waitFor(() => {
    const run = room.runs()[0];
    if (run === undefined) throw new Error('no order yet');
    return run;
  });
  expect(order.inputs).toEqual(inputs);
  expect((await room.api.provenance(job.id)).provenance.inputs).toEqual(inputs);
  expect(await room.repository.files()).toContain(room.other.sha256);
  expect((await room.api.rerun(job.id, ada)).inputs).toEqual(inputs);
});

it.each([
  [['a.csv', 'a.csv'], 'Two files are called "a.csv". Give one of them another name.'],
  [['table.csv'], 'Two files are called "table.csv".'],
  [['Table.CSV'], '"table.csv" and "Table.CSV" are the same name on some machines.'],
  [['\u00e4.csv', 'a\u0308.csv'], 'are the same name on some machines.'],
])('refuses %j beside table.csv', async (names, sentence) => {
  const room = await openWith();
  await expect(room.run(...names)).rejects.toThrow(sentence);
});

it('takes nobody else’s file for an input', async () => {
  const room = await openWith();
  const bob = { id: 'bob', name: 'Bob', reach: 'own' } as const;
  const mine = await openWith({ hasBrought: (sha256) => sha256 !== room.other.sha256 });
  const app = await mine.push();
  const table = await mine.table('x\n1\n', 'table.csv');
  const request = {
    ...mine.request(app, table),
    inputs: [{ sha256: mine.other.sha256, name: 'secret.csv' }],
  };
  await expect(mine.api.create(request, bob)).rejects.toThrow('The file "secret.csv" is not in the store.');
});

it.each(['a/b', 'a\\b', '..', '.', 'two\nlines', '', 'x'.repeat(256), 'ä'.repeat(128)])(
  'takes no name such as %j',
  (name) => {
    const sha256 = '0'.repeat(64);
    const request = { app: { name: 'a' }, input: { sha256, name: 't' }, inputs: [{ sha256, name }] };
    expect(jobRequestSchema.safeParse(request).success).toBe(false);
  },
);
