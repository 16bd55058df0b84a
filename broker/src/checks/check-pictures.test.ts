import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { checkPictures } from './check-input.js';

const stored = (bytes: Buffer) => ({
  open: (_sha256: string, { start = 0, end = bytes.length - 1 } = {}) =>
    Promise.resolve({
      stream: Readable.from([bytes.subarray(start, end + 1)]),
      bytes: end + 1 - start,
    }),
  putBytes: () => Promise.reject(new Error('nothing is stored')),
});
const input = { sha256: 'a'.repeat(64), name: 'photos.zip', excerpt: false };

it('sends a small archive along, lets the machine fetch a larger one, and refuses one that is too large for a look', async () => {
  const small = Buffer.from('PK..');
  expect(await checkPictures(stored(small), input, small.length)).toEqual({
    input: { sha256: input.sha256, bytes: 4, name: 'photos.zip' },
    inputContent: small.toString('base64'),
    complete: true,
  });
  const large = await checkPictures(stored(small), input, 1_000_000);
  expect(large).toEqual({
    input: { sha256: input.sha256, bytes: 1_000_000, name: 'photos.zip' },
    complete: true,
  });
  await expect(checkPictures(stored(small), input, 100 * 2 ** 20)).rejects.toThrow(
    'photos.zip has 100.0 MiB: pictures of up to 64.0 MiB are looked at before a run.',
  );
});
