import { readFileSync } from 'node:fs';
import { bytesField, concatenate, intField } from '@meshdeck/shared/onnx';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openRepository } from '../apps/fixtures/repository.js';
import { buildThread } from '../fixtures/build-thread.js';
import { createModelReader } from './model-reader.js';
import { createModelApi } from './model-api.js';

const digits = readFileSync(new URL('../../../sample-apps/digits/digits.onnx', import.meta.url));
const sklearn = (name: string) =>
  readFileSync(new URL(`../../../mesh-node/src/runners/onnx/fixtures/${name}.onnx`, import.meta.url));

let thread: Awaited<ReturnType<typeof buildThread>>;
beforeAll(async () => {
  thread = await buildThread('models/describe-thread');
});
afterAll(() => thread.remove());

async function open(limits: { seconds?: number; heapMb?: number } = {}) {
  const { files, repository, push } = await openRepository();
  onTestFinished(() => files.stop());
  const reader = createModelReader({ modulePath: thread.modulePath, ...limits });
  onTestFinished(() => reader.stop());
  const models = createModelApi({ apps: repository, files, reader });
  return { models, push, reader };
}

/** What passes for a model at its top, with this as its graph. */
const withGraph = (graph: Uint8Array) => Buffer.from(concatenate([intField(1, 8), bytesField(7, graph)]));

describe('a model in the repository', () => {
  it('is told in words, by its file in its bundle', async () => {
    const { models, push } = await open();
    const { version } = await push('digits.onnx', digits);
    expect(await models.describe('digits')).toMatchObject({
      app: 'lab/digits',
      version,
      file: 'digits.onnx',
      bytes: digits.length,
      problem: null,
      facts: {
        producer: { name: 'meshdeck-digits' },
        opsets: [
          { domain: 'ai.onnx', version: 13 },
          { domain: 'ai.onnx.ml', version: 1 },
        ],
        inputs: [{ name: 'pixels', width: 64 }],
        classesTotal: 10,
      },
    });
  });

  it('is told as it was in an older version too', async () => {
    const { models, push } = await open();
    const first = await push('places.onnx', sklearn('places'));
    const second = await push('places.onnx', sklearn('places-open'));
    const [old, now] = [
      await models.describe('places', { version: first.version }),
      await models.describe('places'),
    ];
    expect([old.version, now.version]).toEqual([first.version, second.version]);
    expect(old.facts?.inputs).not.toEqual(now.facts?.inputs);
  });

  it('is a program: refused with what can be known', async () => {
    const { models, push } = await open();
    await push('count.py', 'print(1)\n');
    await expect(models.describe('count')).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('is a program (python) and no model') as string,
    });
  });
});

describe('a file that is meant to harm', () => {
  it('is damaged: graphs within graphs without end', async () => {
    const { models, push } = await open();
    let graph: Uint8Array = new Uint8Array();
    // A graph in an attribute of a node, again and again.
    for (let depth = 0; depth < 3000; depth++) {
      graph = bytesField(1, bytesField(5, bytesField(6, graph)));
    }
    await push('deep.onnx', withGraph(graph));
    expect(await models.describe('deep')).toMatchObject({
      facts: null,
      problem: expect.stringContaining('damaged') as string,
    });
  });

  it('costs a thread, and no more, where it fills the memory', async () => {
    const { models, push } = await open({ heapMb: 24 });
    const nodes = new Uint8Array(900_000);
    for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a;
    await push('many.onnx', withGraph(nodes));
    expect(await models.describe('many')).toMatchObject({
      facts: null,
      problem: expect.stringContaining('too long or too much memory') as string,
    });
    await push('digits.onnx', digits);
    expect((await models.describe('digits')).facts?.classesTotal).toBe(10);
  });

  it('costs the time that is set, and no more', async () => {
    const { models, push } = await open({ seconds: 0.001 });
    await push('digits.onnx', digits);
    expect(await models.describe('digits')).toMatchObject({
      facts: null,
      problem: expect.stringContaining('too long') as string,
    });
  });

  it('is told as far as it goes, or said to be damaged, whatever is changed in it', async () => {
    const { models, push } = await open();
    const changes = fc.array(fc.tuple(fc.nat(digits.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    let described = 0;
    for (const [number, change] of fc.sample(changes, { numRuns: 20, seed: 11 }).entries()) {
      const broken = Buffer.from(digits);
      for (const [at, byte] of change) broken[at] = byte;
      const pushed = await push(`m${number}.onnx`, broken).catch(() => null);
      if (pushed === null) continue;
      const { facts, problem } = await models.describe(`m${number}`);
      expect((facts === null) !== (problem === null)).toBe(true);
      described += 1;
    }
    expect(described).toBeGreaterThan(10);
  });

  it('makes nobody wait for more than a few others', async () => {
    const { push, reader, models } = await open();
    await push('digits.onnx', digits);
    const place = { bundlePath: '/nowhere', entry: 'x.onnx' };
    const asked = Array.from({ length: 20 }, () => reader.describe(place).catch((error: unknown) => error));
    await expect(models.describe('digits')).rejects.toMatchObject({ code: 'too-many-requests' });
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ code: 'ENOENT' });
  });
});
