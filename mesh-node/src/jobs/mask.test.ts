import { expect, it } from 'vitest';
import { createMask } from './mask.js';

it('masks every secret, the longer one where two begin alike', () => {
  const mask = createMask(['password-one', 'password-one-and-more']);
  expect(mask('a password-one b password-one-and-more c')).toBe('a *** b *** c');
  expect(mask('password-on')).toBe('password-on');
});

it('masks a secret that follows another, and one at each end', () => {
  const mask = createMask(['abcdefgh', '12345678']);
  expect(mask('abcdefgh12345678')).toBe('******');
  expect(mask('xabcdefghx')).toBe('x***x');
});

it('masks any line of a secret of thousands of lines', () => {
  const lines = Array.from({ length: 3000 }, (_, at) => `line-${String(at).padStart(5, '0')}`);
  const mask = createMask([lines.join('\n')]);
  const text = `${'x'.repeat(8000)}${lines[2999] ?? ''}`;
  expect(mask(text)).toBe(`${'x'.repeat(8000)}***`);
});
