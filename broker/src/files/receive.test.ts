import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { receive, startHash } from './receive.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshdeck-receive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const largest = 600_000;
const sizes = fc.array(
  fc.oneof(fc.nat(40), fc.nat(20_000), fc.nat(largest), fc.constantFrom(262_143, 262_144, 262_145)),
  { maxLength: 40 },
);

it('writes and hashes chunks of any size in order, though their memory is used again', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const parts = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      async function* stream() {
        const memory = Buffer.alloc(largest);
        for (const [index, part] of parts.entries()) {
          part.copy(memory);
          yield memory.subarray(0, part.length);
          if (index % 3 === 0) await breath();
        }
      }
      const whole = Buffer.concat(parts);
      const path = join(folder, 'file');
      const file = await open(path, 'w');
      const running = startHash();
      const options = { file, stream: stream(), position: 0, maxBytes: whole.length, running };
      expect(await receive(options)).toBe(whole.length);
      await file.close();
      expect((await readFile(path)).equals(whole)).toBe(true);
      expect(running.bytes).toBe(whole.length);
      expect(running.hash.digest('hex')).toBe(createHash('sha256').update(whole).digest('hex'));
    }),
    { numRuns: 40 },
  );
});

it('keeps what came before the stream broke or grew too large', async () => {
  for (const [maxBytes, reason] of [
    [1_000, { message: 'cut' }],
    [15, { code: 'too-large' }],
  ] as const) {
    async function* stream() {
      yield Buffer.from('0123456789');
      await breath();
      if (maxBytes > 100) throw new Error('cut');
      yield Buffer.from('0123456789');
    }
    const path = join(folder, 'broken');
    const file = await open(path, 'w');
    const running = startHash();
    await expect(receive({ file, stream: stream(), position: 0, maxBytes, running })).rejects.toMatchObject(
      reason,
    );
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('0123456789');
    expect(running.bytes).toBe(10);
  }
});
