import { agentFeatures } from '@meshdeck/shared';
import { zipOf } from '@meshdeck/testing/pictures';
import { expect, it, vi } from 'vitest';
import { tinyOnnx } from '../../apps/fixtures/archives.js';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const archive = zipOf([{ name: 'a.png', data: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') }]);
const workbook = zipOf([{ name: '[Content_Types].xml' }, { name: 'xl/workbook.xml' }]);

async function openWith(features: string[], input: Buffer) {
  const room = await openJobRoom({ machines: [idleMachine('one', { at: 1_000_000, features })] });
  const model = await room.apps.push({
    filename: 'm.onnx',
    stream: (async function* () {
      yield tinyOnnx;
    })(),
  });
  const file = await room.files.putBytes(input, { name: 'photos.zip' });
  const run = (options = {}) => room.api.create(room.request(model, file, options), ada);
  return { ...room, run };
}

it('sends pictures whole to an agent that takes them, with what is said of them', async () => {
  const room = await openWith([agentFeatures.check, agentFeatures.pictures], archive);
  const pictures = { channels: 'rgb', scale: '1/255' } as const;
  const job = await room.run({ shards: 'auto', reading: { pictures } });
  expect(job.options).toMatchObject({ reading: { pictures } });
  expect(job.options.shards).toBeUndefined();
  const order = await vi.waitFor(() => room.runs()[0] ?? expect.fail());
  expect(order).toMatchObject({ input: { name: 'photos.zip' }, reading: { pictures } });
  expect((await room.api.provenance(job.id)).provenance.job.options.reading).toEqual({ pictures });
  expect((await room.api.rerun(job.id, ada)).options.reading).toEqual({ pictures });
});

it('is not split into a number of parts', async () => {
  const room = await openWith([agentFeatures.check, agentFeatures.pictures], archive);
  await expect(room.run({ shards: 4 })).rejects.toThrow('A run over pictures is not split over machines.');
});

it('waits for an agent that takes pictures, and says so', async () => {
  const room = await openWith([agentFeatures.check], archive);
  const { id } = await room.run();
  const why = await vi.waitFor(async () => {
    const found = await room.api.why(id);
    return found.decisions.length > 0 ? found : expect.fail();
  });
  expect(why.summary).toContain('too old for pictures as input of a model');
});

it('takes a workbook for no pictures', async () => {
  const room = await openWith([], workbook);
  await room.run();
  await vi.waitFor(() => room.runs()[0] ?? expect.fail());
});
