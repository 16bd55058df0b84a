import { describe, expect, it, vi } from 'vitest';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const at = 1_000_000;
const rows = 1000;
const table = `x\n${'1\n'.repeat(rows)}`;
const answer = `x,prediction\n${'1,2\n'.repeat(rows)}`;
const runMs = 2000;

/** A room whose one machine has done this app's table in two seconds, a few times. */
async function openLearnt() {
  const room = await openJobRoom({ machines: [idleMachine('bench', { at })] });
  const app = await room.push();
  const input = await room.table(table);
  const submit = () => room.api.create(room.request(app, input), ada);
  async function next(count: number) {
    await vi.waitFor(() => expect(room.runs()).toHaveLength(count), { timeout: 5000 });
    const run = room.runs()[count - 1];
    if (run === undefined) throw new Error('expected an order');
    return run;
  }
  const first = await submit();
  const unknown = (await room.api.get(first.id)).predictedFinishAt;
  for (let count = 1; count <= 3; count += 1) {
    if (count > 1) await submit();
    const run = await next(count);
    room.clock.at += runMs;
    await room.done(run, answer);
  }
  return { ...room, submit, next, unknown };
}

describe('when a job should be done', () => {
  it('is unknown for an app that never ran, then what its runs took, and nothing once it has ended', async () => {
    const room = await openLearnt();
    expect(room.unknown).toBeNull();
    const job = await room.submit();
    const run = await room.next(4);
    // What was known of this job before is told for half a second.
    room.clock.at += 500;
    const { predictedFinishAt } = await room.api.get(job.id);
    const begun = room.clock.at - 500;
    expect(predictedFinishAt).toBeGreaterThan(begun + 0.8 * runMs);
    expect(predictedFinishAt).toBeLessThan(begun + 1.3 * runMs);
    await room.done(run, answer);
    expect((await room.api.get(job.id)).predictedFinishAt).toBeNull();
  });

  it('counts what has to be done before it', async () => {
    const room = await openLearnt();
    await room.submit();
    await room.next(4);
    const [second, third] = [await room.submit(), await room.submit()];
    const end = async (id: string) => ((await room.api.get(id)).predictedFinishAt ?? 0) - room.clock.at;
    expect(await end(second.id)).toBeGreaterThan(1.6 * runMs);
    expect(await end(third.id)).toBeGreaterThan((await end(second.id)) + 0.6 * runMs);
  });

  it('comes sooner when the machine says that it is farther than was foreseen', async () => {
    const room = await openLearnt();
    const job = await room.submit();
    const { nodeId, attemptId, token } = await room.next(4);
    room.clock.at += 600;
    const before = (await room.api.get(job.id)).predictedFinishAt ?? 0;
    room.clock.at += 600;
    const ts = room.clock.at;
    await room.jobs.takeReport(nodeId, {
      type: 'progress',
      attemptId,
      token,
      ts,
      fraction: 0.95,
      rows: null,
    });
    const after = (await room.api.get(job.id)).predictedFinishAt ?? 0;
    expect(after).toBeLessThan(before - 200);
    expect(after).toBeGreaterThanOrEqual(room.clock.at);
  });
});
