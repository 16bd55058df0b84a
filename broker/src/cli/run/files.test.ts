import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { saveStream } from './files.js';

const content = Buffer.from('a,b\n1,2\n');

describe('saving a result', () => {
  it('writes it whole under its name', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'p.csv');
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await saveStream(Readable.from([content]), path, sha256)).toBe(content.length);
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(folder)).toEqual(['p.csv']);
  });

  it('takes a name that is as long as one can be', async () => {
    const path = join(temporaryFolder(), 'a'.repeat(255));
    await saveStream(Readable.from([content]), path);
    expect(readFileSync(path)).toEqual(content);
  });

  it('leaves what was there when the connection breaks off', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'p.csv');
    writeFileSync(path, 'before');
    const broken = Readable.from(
      (async function* () {
        yield content;
        throw new Error('reset');
      })(),
    );
    await expect(saveStream(broken, path)).rejects.toMatchObject({ code: 'transfer-failed' });
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['p.csv']);
  });

  it('refuses a result whose hash is another', async () => {
    const path = join(temporaryFolder(), 'p.csv');
    await expect(saveStream(Readable.from([content]), path, '0'.repeat(64))).rejects.toMatchObject({
      code: 'hash-mismatch',
    });
  });
});
