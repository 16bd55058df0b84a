import { readdirSync, readFileSync } from 'node:fs';
import { MeshdeckError } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analyseModel,
  bytesField,
  concatenate,
  draftNode,
  editModel,
  intField,
  noEdits,
  readDataFlow,
  readInputWidths,
  textField,
} from '@meshdeck/shared/onnx';
import { parseModel } from './loading/parse-model.js';

const folder = new URL('./fixtures/forms/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.onnx'))
  .map((name): [string, Buffer] => [name, readFileSync(new URL(name, folder))]);

const edited = (file: Buffer) => editModel(file, parseModel(file), noEdits());

describe('a model that is edited', () => {
  it('keeps every byte that no edit is about', () => {
    for (const [name, file] of files) expect(Buffer.from(edited(file)).equals(file), name).toBe(true);
  });

  it('has what was added and lacks what was taken away', () => {
    const file = readFileSync(new URL('torch-policy-and-value.onnx', folder));
    const edits = noEdits();
    edits.nodes.set('value', []);
    edits.last.push(draftNode('Cast', 'policy', 'policy64', { name: 'to', value: 11 }));
    edits.outputs.set('value', [{ name: 'policy64', dataType: 11, shape: ['batch', 3, null] }]);
    const { graph } = parseModel(editModel(file, parseModel(file), edits));
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(['MatMul', 'Softmax', 'Cast']);
    expect(graph.nodes[2]?.attributes.get('to')?.int).toBe(11);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['policy', 'policy64']);
    expect(graph.outputs[1]?.type).toEqual({
      kind: 'tensor',
      elements: 'float64',
      shape: ['batch', 3, null],
    });
  });
});

describe('a damaged model', () => {
  it('is read or refused, and nothing else happens', () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        ([, file], damages) => {
          let bytes = Buffer.from(file);
          for (const { at, byte, cut } of damages) {
            const place = Math.floor(at * bytes.length);
            if (cut) bytes = bytes.subarray(0, place);
            else if (bytes.length > 0) bytes[place] = byte;
          }
          try {
            const model = parseModel(bytes);
            try {
              analyseModel(bytes, model);
            } catch (error) {
              // What is wrong inside a list shows when it is read; the loader says so.
              expect(String(error)).toMatch(/WireFormatError|RangeError|a number without an end/);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(MeshdeckError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a large model', () => {
  /** A forest of one split on feature `feature` after another. */
  function forest(count: number, feature: number): Uint8Array {
    const ints = new Uint8Array(2 * count);
    for (let at = 0; at < count; at++) ints.set([8 * 8, at === count - 1 ? feature : 3], 2 * at);
    const attribute = concatenate([textField(1, 'nodes_featureids'), ints, intField(20, 7)]);
    const node = concatenate([
      textField(1, 'x'),
      textField(2, 'y'),
      textField(4, 'TreeEnsembleRegressor'),
      bytesField(5, attribute),
      textField(7, 'ai.onnx.ml'),
    ]);
    const value = (name: string) => textField(1, name);
    const graph = concatenate([bytesField(1, node), bytesField(11, value('x')), bytesField(12, value('y'))]);
    return concatenate([intField(1, 7), bytesField(7, graph)]);
  }

  it('is read without a value for each of its numbers', () => {
    const count = 3_000_000;
    const file = forest(count, 17);
    const before = process.memoryUsage().heapUsed;
    const widths = readInputWidths(readDataFlow(parseModel(file)));
    expect(widths.get('x')).toEqual({ width: 18, exact: false, operator: 'TreeEnsembleRegressor' });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * count);
  });
});
