import { expect, it } from 'vitest';
import { compareModels } from './compare-models.js';
import type { ModelFactsView, ModelView } from './models/model.js';

const facts: ModelFactsView = {
  producer: { name: 'skl2onnx', version: '1.17.0' },
  irVersion: 8,
  opsets: [
    { domain: 'ai.onnx.ml', version: 2 },
    { domain: 'ai.onnx', version: 15 },
  ],
  operators: 3,
  parameters: 12,
  inputs: [
    {
      ...{ name: 'Ort', type: 'string [?, 1]', words: '', width: 1, columns: ['Ort'] },
      vocabularies: [
        { column: 'Ort', holds: 'texts', size: 2, examples: ['Köln', 'Zürich'], failsOnOthers: false },
      ],
    },
  ],
  outputs: [{ name: 'label', type: 'int64 [?]', words: '', columns: ['prediction'] }],
  classes: ['0', '1'],
  classesTotal: 2,
  example: { csv: null, note: '' },
};
const view: ModelView = {
  ...{ app: 'x', version: '0123456789ab', file: 'x.onnx', bytes: 1024, facts, problem: null },
};

it('finds nothing where nothing changed, in whatever order operator sets stand', () => {
  const again = { ...facts, opsets: facts.opsets.toReversed() };
  expect(compareModels(view, { ...view, version: 'ba9876543210', facts: again })).toEqual([]);
});

it('tells what came, went and changed, by name', () => {
  const [ort] = facts.inputs;
  const changed: ModelFactsView = {
    ...facts,
    producer: { name: 'skl2onnx', version: '1.18.0' },
    inputs: [
      { ...(ort as typeof ort & object), vocabularies: [] },
      { name: 'Alter', type: 'float32 [?, 1]', words: '', width: 1, columns: ['Alter'], vocabularies: [] },
    ],
    classes: ['0', '1', '2'],
    classesTotal: 3,
  };
  expect(compareModels(view, { ...view, bytes: 2048, facts: changed })).toEqual([
    { what: 'Size', before: '1.0 KiB (1,024 bytes)', after: '2.0 KiB (2,048 bytes)' },
    { what: 'Producer', before: 'skl2onnx 1.17.0', after: 'skl2onnx 1.18.0' },
    { what: 'Input Alter', before: '–', after: 'float32 [?, 1]' },
    { what: 'Known values of Ort', before: '2: Köln, Zürich', after: '–' },
    { what: 'Classes', before: '2: 0, 1', after: '3: 0, 1, 2' },
  ]);
});

it('says where one of them cannot be looked into', () => {
  expect(compareModels(view, { ...view, facts: null, problem: 'damaged' })).toEqual([
    { what: 'Model', before: 'read', after: 'cannot be looked into' },
  ]);
});
