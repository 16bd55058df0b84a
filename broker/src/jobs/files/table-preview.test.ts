import { expect, it } from 'vitest';
import { jsonTable } from './table-preview.js';

it('shows a list of flat objects as rows, with nothing where one has no such key', () => {
  const text = '[{"a": 1, "constructor": "x"}, {"a": null, "toString": false}]';
  expect(jsonTable(text)).toEqual({
    ...{ kind: 'table', isCut: false, header: ['a', 'constructor', 'toString'] },
    rows: [
      ['1', 'x', ''],
      ['null', '', 'false'],
    ],
  });
});

it.each(['{"a": 1}', '[]', '[1, 2]', '[{"a": [1]}]', '[{"a": 1}'])('takes %s for no table', (text) => {
  expect(jsonTable(text)).toBeNull();
});
