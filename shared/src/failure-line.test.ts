import { expect, it } from 'vitest';
import { failureLine } from './failure-line.js';

const message = 'The app crashed: it ended with exit code 1. Its last words are below and in the log.';

it('is the last thing that a crashed app said, where it said anything', () => {
  const detail =
    'Traceback (most recent call last):\n  File "app.py", line 3\nValueError: the loss is NaN\n\n';
  expect(failureLine({ code: 'app-crashed', message, detail })).toBe('ValueError: the loss is NaN');
  expect(failureLine({ code: 'app-crashed', message, detail: '\n ' })).toBe(message);
  expect(failureLine({ code: 'app-crashed', message })).toBe(message);
});

it('is the sentence of any other failure', () => {
  const timeout = { code: 'app-timeout' as const, message: 'Its time was up.', detail: 'step 3' };
  expect(failureLine(timeout)).toBe('Its time was up.');
});
