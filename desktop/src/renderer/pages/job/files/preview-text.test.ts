import { expect, it } from 'vitest';
import { previewText } from './preview-text.js';

const text = '{"a":1,"b":[2]}';
const preview = { kind: 'text' as const, text, isJson: true, isCut: false };

it('indents JSON that is whole, and nothing else', () => {
  expect(previewText(preview)).toBe('{\n  "a": 1,\n  "b": [\n    2\n  ]\n}');
  expect(previewText({ ...preview, isCut: true })).toBe(text);
  expect(previewText({ ...preview, isJson: false })).toBe(text);
  expect(previewText({ ...preview, text: '{"a": NaN}' })).toBe('{"a": NaN}');
});
