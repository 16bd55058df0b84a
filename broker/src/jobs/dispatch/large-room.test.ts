import { expect, it, vi } from 'vitest';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const at = 1_000_000;
const answer = 'x,prediction\n1,2\n2,4\n';

it('places jobs in a room of many machines, and tells of all of them why', async () => {
  const machines = Array.from({ length: 12 }, (_, number) => idleMachine(`lab-${number + 10}`, { at }));
  const room = await openJobRoom({ machines });
  const app = await room.push();
  const input = await room.table('x\n1\n2\n');
  const ids = await room.api.createMany(
    Array.from({ length: 14 }, () => room.request(app, input)),
    ada,
  );
  await vi.waitFor(() => expect(room.runs()).toHaveLength(12));
  expect(new Set(room.runs().map(({ nodeId }) => nodeId)).size).toBe(12);
  const [run = expect.fail('no order')] = room.runs();
  await room.done(run, answer);
  // The slot that came free goes to the next, by a machine whose change the index was told of.
  await vi.waitFor(() => expect(room.runs()).toHaveLength(13));
  expect(room.runs().at(-1)?.nodeId).toBe(run.nodeId);

  const placed = run.jobId;
  await vi.waitFor(async () => expect((await room.api.why(placed)).decisions.at(-1)?.outcome).toBe('placed'));
  const [decision = expect.fail('no decision')] = (await room.api.why(placed)).decisions.slice(-1);
  expect(decision).toMatchObject({ machines: 12, chosenNodeId: run.nodeId });
  expect(decision).not.toHaveProperty('again');
  expect(decision.candidates).toHaveLength(3);
  const number = decision.number ?? expect.fail('it has no number');
  const first = await room.api.whyMachines(placed, number, { from: 0, limit: 5 });
  const rest = await room.api.whyMachines(placed, number, { from: 5, limit: 100 });
  expect(first).toMatchObject({ total: 12, at: decision.at, othersAt: null });
  expect(first.candidates.slice(0, 3)).toEqual(decision.candidates);
  const seen = [...first.candidates, ...rest.candidates].map(({ nodeId }) => nodeId);
  expect([...seen].sort()).toEqual(machines.map(({ document }) => document.id).sort());
  await expect(room.api.whyMachines(placed, 99, { from: 0, limit: 5 })).rejects.toMatchObject({
    code: 'not-found',
  });

  // Reasons are given at a tick of the dispatcher's own.
  await room.jobs.start();
  const last = ids.at(-1) ?? expect.fail('no job');
  await vi.waitFor(async () => expect((await room.api.why(last)).decisions).toHaveLength(1), {
    timeout: 5000,
  });
  const [waits = expect.fail('no reason')] = (await room.api.why(last)).decisions;
  expect(waits).toMatchObject({ outcome: 'waiting', eligible: 0, reasons: { 'no-free-slot': 12 } });
  const all = await room.api.whyMachines(last, waits.number ?? -1, { from: 0, limit: 100 });
  expect(all.total).toBe(12);
  expect(all.candidates.every(({ rejections }) => rejections[0]?.code === 'no-free-slot')).toBe(true);
});
