import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { agentFeatures } from '@meshdeck/shared';
import { describe, expect, it, vi } from 'vitest';
import { ada, openJobRoom, type JobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const at = 1_000_000;
const answer = 'x,prediction\n1,2\n2,4\n';

/** A room of two machines with a job that one of them has done. */
async function openDone(text = answer) {
  const room = await openJobRoom({ machines: [idleMachine('one', { at }), idleMachine('two', { at })] });
  const app = await room.push();
  const input = await room.table('x\n1\n2\n');
  const job = await room.api.create(room.request(app, input), ada);
  const order = await orderOf(room, job.id);
  await room.done(order, text);
  return { ...room, input, job, maker: order.nodeId };
}

async function orderOf(room: Pick<JobRoom, 'runs'>, jobId: string) {
  await vi.waitFor(() => expect(room.runs().map((run) => run.jobId)).toContain(jobId), { timeout: 5000 });
  const order = room.runs().find((run) => run.jobId === jobId);
  if (order === undefined) throw new Error('expected an order');
  return order;
}

/** The first job's newest verification, once it is no longer under way. */
const verdictOf = (room: Pick<JobRoom, 'api'>, id: string) =>
  vi.waitFor(
    async () => {
      const [verification] = (await room.api.get(id)).verifications;
      expect([undefined, 'running']).not.toContain(verification?.outcome);
      return verification;
    },
    { timeout: 5000 },
  );

describe('a verification', () => {
  it('runs on a machine that had no part in the result, and finds the same bytes equal', async () => {
    const room = await openDone();
    const run = await room.api.verify(room.job.id, ada);
    expect(run).toMatchObject({ verifies: room.job.id, name: `Verification of ${room.job.name}` });
    expect((await room.api.get(room.job.id)).verifications).toMatchObject([
      { jobId: run.id, outcome: 'running' },
    ]);
    const order = await orderOf(room, run.id);
    expect(order.nodeId).not.toBe(room.maker);
    await room.done(order, answer);
    const verdict = await verdictOf(room, room.job.id);
    expect(verdict).toMatchObject({ outcome: 'equal', elsewhere: true, machines: [order.nodeId] });
    await vi.waitFor(async () =>
      expect((await room.api.get(run.id)).verdict).toMatchObject({ outcome: 'equal' }),
    );
  });

  it('takes pictures where the job did, so that no agent of before gets it', async () => {
    const features = Object.values(agentFeatures);
    const machines = ['one', 'two'].map((name) => idleMachine(name, { at, features }));
    const room = await openJobRoom({ machines });
    // An archive without a file: it begins as one of pictures.
    const input = await room.table(`PK\u0005\u0006${'\0'.repeat(18)}`, 'pictures.zip');
    const stream = createReadStream(new URL('../../../../sample-apps/digits/digits.onnx', import.meta.url));
    const app = await room.apps.push({ filename: 'digits.onnx', stream });
    const job = await room.api.create(room.request(app, input), ada);
    await room.done(await orderOf(room, job.id), answer);
    const run = await room.api.verify(job.id, ada);
    for (const { id } of [job, run])
      expect(await room.repository.get(id)).toMatchObject({ takesPictures: true });
  });

  it('names the first value where the results differ', async () => {
    const room = await openDone();
    const run = await room.api.verify(room.job.id, ada);
    await room.done(await orderOf(room, run.id), 'x,prediction\n1,2\n2,5\n');
    const verdict = await verdictOf(room, room.job.id);
    expect(verdict).toMatchObject({
      outcome: 'different',
      difference: { rowsDifferent: 1, first: { row: 2, column: 2, expected: '4', found: '5' } },
    });
    expect(verdict?.summary).toContain('Numbers differ by at most 1');
  });

  it('that failed compares nothing, and another may begin', async () => {
    const room = await openDone();
    const run = await room.api.verify(room.job.id, ada);
    await expect(room.api.verify(room.job.id, ada)).rejects.toThrow(`already, by job ${run.id}`);
    await room.failed(await orderOf(room, run.id), 'csv-malformed');
    expect(await verdictOf(room, room.job.id)).toMatchObject({ outcome: 'failed', difference: null });
    const second = await room.api.verify(room.job.id, ada);
    await room.done(await orderOf(room, second.id), answer);
    await vi.waitFor(async () =>
      expect((await room.api.get(room.job.id)).verifications.map(({ outcome }) => outcome)).toEqual([
        'equal',
        'failed',
      ]),
    );
  });

  it('is taken up by the next start of a hub that was killed between the run and its verdict', async () => {
    const room = await openDone();
    const run = await room.api.verify(room.job.id, ada);
    const order = await orderOf(room, run.id);
    // The hub dies at once: the run's end is on disk, its verdict is not.
    const amend = vi.spyOn(room.repository, 'amend').mockRejectedValue(new Error('killed'));
    await room.done(order, answer);
    await vi.waitFor(() => expect(amend).toHaveBeenCalled());
    await room.stop();
    amend.mockRestore();

    const again = await openJobRoom({ dir: room.dir });
    expect((await again.api.get(room.job.id)).verifications).toEqual([]);
    await again.jobs.start();
    expect(await verdictOf(again, room.job.id)).toMatchObject({ outcome: 'equal', jobId: run.id });
    await vi.waitFor(async () => expect(await again.repository.pendingVerification()).toEqual([]));
  });

  it('is refused before the job has ended, without a result, and where its table is gone', async () => {
    const room = await openDone();
    const open = await room.api.rerun(room.job.id, ada);
    await expect(room.api.verify(open.id, ada)).rejects.toThrow('has not ended yet');
    await room.api.cancel(open.id);
    await expect(room.api.verify(open.id, ada)).rejects.toThrow('the job was cancelled');
    vi.spyOn(room.jobs.files, 'size').mockResolvedValue(null);
    await rm(await room.files.locate(room.input.sha256));
    const before = room.repository.counts();
    await expect(room.api.verify(room.job.id, ada)).rejects.toMatchObject({ code: 'not-found' });
    expect(room.repository.counts()).toEqual(before);
  });
});
