import { expect, it } from 'vitest';
import { signInPath } from './sign-in-link.js';

it('takes the code from a pasted link and stays on this hub', () => {
  expect(signInPath('http://127.0.0.1:7420/login?link=aB3_x-9', '/jobs/1')).toBe(
    '/login?link=aB3_x-9&to=%2Fjobs%2F1',
  );
  expect(signInPath('https://evil.example/?link=abc', '/')).toBe('/login?link=abc&to=%2F');
});

it('takes nothing else', () => {
  for (const text of ['', 'hello', 'http://127.0.0.1:7420/', 'javascript:alert(1)'])
    expect(signInPath(text, '/')).toBeNull();
});
