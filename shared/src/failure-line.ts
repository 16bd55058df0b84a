import type { Failure } from './errors.js';

/** What an app said last where its crash has no other words; else the sentence of the failure. One line, for a table. */
export function failureLine({ code, message, detail }: Failure): string {
  if (code !== 'app-crashed') return message;
  const last = (detail ?? '')
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
  return last ?? message;
}
