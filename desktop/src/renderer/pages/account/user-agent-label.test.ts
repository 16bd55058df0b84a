import { expect, it } from 'vitest';
import { userAgentLabel } from './user-agent-label.js';

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome or Chromium on Linux',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Electron/45.4.1 Safari/537.36', 'Meshdeck app on Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
  ['curl/8.1', 'curl/8.1'],
  ['', 'Unknown browser'],
])('calls %s %s', (program, words) => {
  expect(userAgentLabel(program)).toBe(words);
});
