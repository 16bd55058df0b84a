import { evidence } from '@meshdeck/shared/csv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnProfile } from './column-profile.js';
import { matchColumns } from './match-columns.js';
import type { ModelInput } from '@meshdeck/shared/onnx';

function matrix(width: number | undefined, name = 'x'): ModelInput {
  return {
    name,
    type: 'float32',
    width,
    batchRows: undefined,
    dims: (rows, columns) => [rows, columns],
    shape: '[?, ?]',
    deep: false,
  };
}

/** Columns of numbers, but for those that hold texts. */
const profiles = (header: readonly string[], texts: readonly string[] = []): ColumnProfile[] =>
  header.map((name) =>
    texts.includes(name)
      ? { kind: 'text', bits: evidence.text, example: 'x' }
      : { kind: 'number', bits: evidence.otherNumber | evidence.pointDecimal, example: '1.5' },
  );

function features(header: string[], width: number | undefined, texts: string[] = []): string[] {
  const columns = profiles(header, texts);
  const plan = matchColumns({ inputs: [matrix(width)], header, columns, featureNames: undefined });
  return (plan.columns[0] ?? []).map((column) => header[column] ?? '');
}

describe('a matrix filled in order', () => {
  it.each([
    ['nothing aside', ['a', 'b'], [], ['a', 'b']],
    ['id and label', ['id', 'a', 'b', 'label'], [], ['a', 'b']],
    ['text columns', ['name', 'a', 'b'], ['name'], ['a', 'b']],
    ['a reference only as needed', ['store_id', 'a', 'b'], [], ['a', 'b']],
    ['a reference that is a feature', ['store_id', 'b'], [], ['store_id', 'b']],
    ['the target', ['a', 'b', 'y'], [], ['a', 'b']],
    ['coordinates', ['x', 'y'], [], ['x', 'y']],
    [
      'all but one that is likely none',
      ['UUID', 'name', 'a', 'batch_id', 'b', 'Class'],
      ['name'],
      ['a', 'b'],
    ],
    ['two that are likely none', ['a', 'batch_id', 'b', 'y'], [], ['a', 'b']],
  ])('keeps %s', (_, header, texts, expected) => {
    expect(features(header, 2, texts)).toEqual(expected);
  });

  it('takes every number where the model takes any, if nothing speaks against one', () => {
    expect(features(['id', 'a', 'note', 'b', 'label'], undefined, ['note'])).toEqual(['a', 'b']);
    expect(() => features(['a', 'b_id', 'y'], undefined)).toThrow(
      'nothing tells whether "b_id", "y" are features',
    );
  });

  it('takes the table whole, or says why not, and never a column twice', () => {
    const name = fc.constantFrom('id', 'a', 'b', 'c', 'y', 'label', 'shop_id', 'note', 'd');
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(name),
        (header, width, texts) => {
          try {
            const inputs = [matrix(width === 1 ? 2 : width)];
            const columns = profiles(header, texts);
            const plan = matchColumns({ inputs, header, columns, featureNames: undefined });
            const used = [...plan.columns.flat(), ...plan.aside];
            expect(used.toSorted((a, b) => a - b)).toEqual(header.map((_, column) => column));
            expect(plan.columns[0]?.length).toBe(inputs[0]?.width);
          } catch (error) {
            expect(error).toMatchObject({ code: 'csv-column-mismatch' });
          }
        },
      ),
    );
  });
});

describe('inputs filled by name', () => {
  const inputs = [matrix(1, 'sepal_length_cm_'), matrix(1, 'Width')];
  const plan = (header: string[]) =>
    matchColumns({ inputs, header, columns: profiles(header), featureNames: undefined });

  it('prefers the exact spelling, then any case, then any separators', () => {
    expect(plan(['width', 'Width', 'sepal length (cm)']).columns).toEqual([[2], [1]]);
    expect(plan(['SEPAL_LENGTH_CM_', ' width']).columns).toEqual([[0], [1]]);
  });

  it('takes a lone input of one value by its feature name or as the only number', () => {
    const header = ['id', 'reading'];
    const request = { inputs: [matrix(1, 'X')], header, columns: profiles(header) };
    expect(matchColumns({ ...request, featureNames: ['reading'] }).columns).toEqual([[1]]);
    expect(matchColumns({ ...request, featureNames: undefined }).columns).toEqual([[1]]);
  });

  it('wants groups of columns numbered when there are several', () => {
    const groups = [matrix(2, 'left'), matrix(2, 'right')];
    const header = ['left_1', 'left_2', 'right_0', 'right_1'];
    const request = { inputs: groups, columns: profiles(header), featureNames: undefined };
    expect(matchColumns({ ...request, header }).columns).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => matchColumns({ ...request, header: ['a', 'b', 'c', 'd'] })).toThrow('"left_0", "left_1"');
  });
});
