import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModel } from './loading/parse-model.js';
import {
  lookUp,
  readDataFlow,
  readInputVocabularies,
  readInputWidths,
  type Vocabulary,
} from '@meshdeck/shared/onnx';

const flowOf = (name: string) =>
  readDataFlow(parseModel(readFileSync(new URL(`./fixtures/${name}.onnx`, import.meta.url))));

describe('the width of an input', () => {
  it.each([
    ['forms/lgbm-binary', 'X', 3, false, 'TreeEnsembleClassifier'],
    ['forms/skl-scores', 'X', 3, true, 'LinearClassifier'],
    ['forms/skl-scaler-only', 'X', 3, true, 'Scaler'],
    ['forms/mlnet-regression', 'FeatureVector', 4, true, 'LinearRegressor'],
    ['forms/mlnet-kmeans', 'Features', 4, true, 'Gemm'],
    ['forms/skl-svc-pairwise', 'X', 3, true, 'SVMClassifier'],
    ['forms/dynamic-quantisation', 'x', undefined, undefined, undefined],
    ['forms/mlnet-category', 'Length', 1, true, 'FeatureVectorizer'],
    ['forms/dynamo-functions', 'l_x_', 3, true, 'MatMul'],
    ['forms/bool-out', 'x', undefined, undefined, undefined],
    ['sixteen', 'x', 16, true, 'Gemm'],
  ])('of %s is told by its weights', (model, input, width, exact, operator) => {
    const told = readInputWidths(flowOf(model)).get(input);
    expect(told).toEqual(width === undefined ? undefined : { width, exact, operator });
  });
});

describe('the vocabulary of an input', () => {
  it('is what an encoder, a look-up or a text model holds, column by column', () => {
    const found = readInputVocabularies(flowOf('forms/skl-vocabularies'));
    const told = [...found].map(([input, list]) => [
      input,
      list.map(({ column, holds, values, letters, failsOnOthers }) => [
        column,
        holds,
        [...values].join(' '),
        letters,
        failsOnOthers,
      ]),
    ]);
    expect(told).toEqual([
      [
        'words',
        [
          [0, 'texts', 'a b', 'as written', true],
          [2, 'texts', 'x y', 'as written', false],
        ],
      ],
      ['code', [[0, 'numbers', '1 2.5', 'as written', false]]],
      ['text', [[0, 'words', 'bad good', 'lower', false]]],
      ['answer', [[0, 'texts', 'yes no', 'as written', false]]],
    ]);
  });

  it('knows a cell as the model would see it', () => {
    const texts: Vocabulary = {
      column: 0,
      holds: 'texts',
      values: new Set(['köln', 'bern']),
      letters: 'lower',
      failsOnOthers: false,
      operator: 'OneHotEncoder',
    };
    expect(['Köln', ' bern ', 'Basel', ''].map((cell) => lookUp(texts, cell))).toEqual([
      'seen',
      'trimmed',
      'unseen',
      'unseen',
    ]);
    const numbers: Vocabulary = {
      ...texts,
      holds: 'numbers',
      values: new Set(['1', '2.5']),
      letters: 'as written',
    };
    expect(['1', '1.0', '2.50', '3'].map((cell) => lookUp(numbers, cell))).toEqual([
      'seen',
      'seen',
      'seen',
      'unseen',
    ]);
    const words: Vocabulary = { ...texts, holds: 'words', values: new Set(['good', 'bad']) };
    expect(['Not GOOD at all', 'neither', '!'].map((cell) => lookUp(words, cell))).toEqual([
      'seen',
      'unseen',
      'unseen',
    ]);
  });
});
