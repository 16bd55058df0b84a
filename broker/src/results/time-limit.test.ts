import { describe, expect, it } from 'vitest';
import { untilDone } from './fixtures/summarize-text.js';
import { withinTime } from './time-limit.js';

/** Ends with the signal and not before. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

describe('a look through a result', () => {
  it('that takes too long is ended, and says what to do instead', async () => {
    await expect(withinTime(untilDone, endless, 0.05)).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('Download it instead'),
    });
  });

  it('ends with whoever waited for it', async () => {
    const gone = new AbortController();
    const looking = withinTime(gone.signal, endless);
    gone.abort(new Error('gone'));
    await expect(looking).rejects.toThrow('gone');
  });

  it('that fails by itself says why', async () => {
    const failing = withinTime(untilDone, () => Promise.reject(new Error('no such column')), 0.05);
    await expect(failing).rejects.toThrow('no such column');
  });
});
