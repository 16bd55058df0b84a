import { agentFeatures, type ParamValues } from '@meshdeck/shared';
import { expect, it, vi } from 'vitest';
import { tar, tinyOnnx } from '../../apps/fixtures/archives.js';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const params = {
  threshold: { type: 'number', default: 1, min: 0, max: 10 },
  verbose: { type: 'boolean', default: false },
};
const answer = 'x,prediction\n1,2\n';

/** A room with an app that declares `declared`, and machines of this age. */
async function openWith(
  declared: object | undefined,
  features: string[] | undefined = [agentFeatures.params],
) {
  const room = await openJobRoom({
    machines: ['one', 'two'].map((id) => idleMachine(id, { at: 1_000_000, features })),
  });
  const manifest = { name: 'scale', runtime: 'python', entry: 'app.py', params: declared };
  const files = [
    { name: 'app.py', data: 'print(1)' },
    { name: 'meshdeck.json', data: JSON.stringify(manifest) },
  ];
  const app = await room.apps.push({
    filename: 'scale.tar',
    stream: (async function* () {
      yield tar(files);
    })(),
  });
  const input = await room.table('x\n1\n');
  const run = (given?: ParamValues) => room.api.create(room.request(app, input, { params: given }), ada);
  const order = (at = 0) =>
    vi.waitFor(() => {
      const found = room.runs()[at];
      if (found === undefined) throw new Error('no order yet');
      return found;
    });
  return { ...room, run, order };
}

it('keeps what was given and the defaults of the rest, and tells the machine both ways', async () => {
  const room = await openWith(params);
  const job = await room.run({ threshold: '0.5' });
  expect(job.options.params).toEqual({ threshold: 0.5, verbose: false });
  expect((await room.order()).params).toEqual({
    values: { threshold: 0.5, verbose: false },
    arguments: ['--threshold', '0.5'],
  });
  const { provenance } = await room.api.provenance(job.id);
  expect(provenance.job.options.params).toEqual({ threshold: 0.5, verbose: false });
});

it('runs again with the same, but for what is changed, and null takes one back to its default', async () => {
  const room = await openWith(params);
  const { id } = await room.run({ threshold: 2 });
  const changed = await room.api.rerun(id, ada, { params: { verbose: true } });
  expect(changed.options.params).toEqual({ threshold: 2, verbose: true });
  const back = await room.api.rerun(changed.id, ada, { params: { threshold: null } });
  expect(back.options.params).toEqual({ threshold: 1, verbose: true });
  await expect(room.api.rerun(id, ada, { params: { treshold: 1 } })).rejects.toThrow(
    'Did you mean "threshold"?',
  );
});

it('verifies a result with the parameters that made it', async () => {
  const room = await openWith(params);
  const { id } = await room.run({ threshold: 3 });
  const order = await room.order();
  await room.done(order, answer);
  await room.api.verify(id, ada);
  expect((await room.order(1)).params).toEqual(order.params);
});

it('refuses what the app does not declare, before anything is stored', async () => {
  const room = await openWith(params);
  await expect(room.run({ threshold: 11 })).rejects.toThrow(
    'The parameter "threshold" of scale has to be 10 at most, not 11.',
  );
  await expect(room.run({ Threshhold: 1 })).rejects.toThrow(
    'scale has no parameter "Threshhold". Did you mean "threshold"? It has threshold, verbose.',
  );
  expect(room.api.counts().byState).toEqual({});
});

it('gives a script that declares nothing all of it, and no arguments', async () => {
  const room = await openWith(undefined);
  await room.run({ anything: 'goes', n: 1 });
  expect((await room.order()).params).toEqual({ values: { anything: 'goes', n: 1 }, arguments: [] });
});

it('sends no job with parameters to agents that would run it without them', async () => {
  const room = await openWith(params, [agentFeatures.check]);
  const { id } = await room.run();
  const why = await vi.waitFor(async () => {
    const found = await room.api.why(id);
    if (found.decisions.length === 0) throw new Error('no look yet');
    return found;
  });
  expect(why.summary).toBe(
    'Waits: the agents of the machines that could take it are too old for parameters: update Meshdeck there.',
  );
  expect(why.decisions[0]?.candidates[0]?.rejections).toMatchObject([
    { code: 'agent-too-old', message: 'Its agent is too old for parameters. Update Meshdeck there.' },
  ]);
  expect(room.runs()).toEqual([]);
});

it('takes no parameters for a model', async () => {
  const room = await openWith(params);
  const model = await room.apps.push({
    filename: 'm.onnx',
    stream: (async function* () {
      yield tinyOnnx;
    })(),
  });
  const asked = room.request(model, await room.table('x\n1\n'), { params: { a: 1 } });
  await expect(room.api.create(asked, ada)).rejects.toThrow('m is a model, which takes no parameters');
});
