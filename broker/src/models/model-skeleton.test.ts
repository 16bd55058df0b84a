import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bytesField,
  concatenate,
  describeModel,
  intField,
  readModelFile,
  textField,
} from '@meshdeck/shared/onnx';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createFileBytes, type FileBytes } from './file-bytes.js';
import { readSkeleton, SkeletonTooLargeError } from './model-skeleton.js';

const corpus = new URL('../../../mesh-node/src/runners/onnx/fixtures/forms/', import.meta.url);
const models = readdirSync(corpus).filter((name) => name.endsWith('.onnx'));

/** A file of its own with these bytes, to be read by position. */
function fileOf(pieces: readonly Uint8Array[], holeBytes = 0): FileBytes {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-skeleton-'));
  const descriptor = openSync(join(folder, 'model.onnx'), 'w+');
  onTestFinished(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  const bytes = concatenate(pieces);
  writeSync(descriptor, bytes);
  ftruncateSync(descriptor, bytes.length + holeBytes);
  return createFileBytes(descriptor, 0, bytes.length + holeBytes);
}

/** What names and sizes tell, whatever the weights. */
function outline(bytes: Uint8Array) {
  const model = readModelFile(bytes);
  const graph = model?.graph;
  return {
    opsets: model?.opsets,
    inputs: graph?.inputs,
    outputs: graph?.outputs,
    operators: graph?.nodes.map(({ operator }) => operator),
    constants: [...(graph?.constants.values() ?? [])].map(({ name, dims }) => ({ name, dims })),
  };
}

it.each(models)('keeps names, types and sizes of %s when lists and weights go', (name) => {
  const bytes = readFileSync(new URL(name, corpus));
  const skeleton = readSkeleton(fileOf([bytes]), { longestField: 48, roomyBytes: 1e6, longestList: 100 });
  const [whole, kept] = [outline(bytes), outline(skeleton)];
  expect(kept.operators?.length).toBe(whole.operators?.length);
  expect(kept.constants).toEqual(whole.constants);
  expect(kept.opsets).toEqual(whole.opsets);
  expect(() => describeModel(skeleton, readModelFile(skeleton) ?? expect.fail())).not.toThrow();
});

it('reads the same as the whole file where nothing is long', () => {
  const name = models.find((each) => each.startsWith('skl-vocabularies')) ?? expect.fail();
  const bytes = readFileSync(new URL(name, corpus));
  const skeleton = readSkeleton(fileOf([bytes]), { longestField: bytes.length - 1 });
  expect(Buffer.from(skeleton).equals(bytes)).toBe(true);
});

/** A model with one tensor of 1.5 GB, in a file with a hole for its values. */
function hugeModel(): FileBytes {
  const weightBytes = 1.5 * 2 ** 30;
  const floats = bytesField(2, bytesField(1, intField(1, 1)));
  const value = (name: string) => concatenate([textField(1, name), floats]);
  const lengthOf = (field: number, length: number) => {
    // The same tag and length as `bytesField` writes, for content that is not in memory.
    const parts: number[] = [field * 8 + 2];
    for (let rest = length; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return Uint8Array.from([...parts, rest]);
      parts.push((rest % 128) + 128);
    }
  };
  const tensorHead = concatenate([
    intField(1, 384),
    intField(1, 2 ** 20),
    intField(2, 1),
    textField(8, 'weights'),
    lengthOf(9, weightBytes),
  ]);
  const node = concatenate([
    textField(1, 'x'),
    textField(1, 'weights'),
    textField(2, 'y'),
    textField(4, 'MatMul'),
  ]);
  const graphHead = concatenate([
    bytesField(1, node),
    bytesField(11, value('x')),
    bytesField(12, value('y')),
    lengthOf(5, tensorHead.length + weightBytes),
  ]);
  const head = concatenate([
    intField(1, 8),
    textField(2, 'pytorch'),
    lengthOf(7, graphHead.length + tensorHead.length + weightBytes),
  ]);
  return fileOf([head, graphHead, tensorHead], weightBytes);
}

it('reads of a model of 1.5 GB what it says of its weights, and not them', () => {
  const source = hugeModel();
  const started = performance.now();
  const skeleton = readSkeleton(source);
  expect(performance.now() - started).toBeLessThan(5000);
  expect(skeleton.length).toBeLessThan(200);
  const model = readModelFile(skeleton) ?? expect.fail();
  expect(model.producerName).toBe('pytorch');
  expect(describeModel(skeleton, model)).toMatchObject({
    parameters: 384 * 2 ** 20,
    inputs: [{ name: 'x', width: 384 }],
  });
});

it('gives up a model that is too large even so', () => {
  const node = bytesField(1, textField(4, 'Relu'));
  const graph = concatenate(Array.from({ length: 20_000 }, () => node));
  const source = fileOf([intField(1, 8), bytesField(7, graph)]);
  expect(() => readSkeleton(source, { longestField: 1000, mostBytes: 50_000 })).toThrow(
    SkeletonTooLargeError,
  );
});

it('never reads behind the file, whatever its lengths claim', () => {
  const bytes = readFileSync(new URL(models[0] ?? '', corpus));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(bytes.length),
      (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const [at, byte] of changes) broken[at] = byte;
        const source: FileBytes = {
          length,
          byte: (at) => (at < length ? (broken[at] as number) : expect.fail()),
          slice: (from, to) => (to <= length ? broken.subarray(from, to) : expect.fail()),
        };
        try {
          readSkeleton(source, { longestField: 20 });
        } catch (error) {
          expect((error as Error).constructor.name).toBe('WireFormatError');
        }
      },
    ),
    { numRuns: 500 },
  );
});
