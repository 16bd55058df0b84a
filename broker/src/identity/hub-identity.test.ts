import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadHubIdentity } from './hub-identity.js';

const now = new Date('2026-11-29T12:00:00Z');
const certificate = 'hub-certificate.pem';
const key = 'hub-key.pem';

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-identity-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const content = (dir: string) =>
  Promise.all([certificate, key].map((name) => readFile(join(dir, name), 'utf8').catch(() => null)));

describe("the hub's identity", () => {
  it('is made once, readable by its owner only, and the same at every later start', async () => {
    const dir = await folder();
    const made = await loadHubIdentity(dir, now);
    expect(await loadHubIdentity(dir, now)).toEqual(made);
    expect((await stat(join(dir, key))).mode & 0o777).toBe(0o600);
  });

  it.each([certificate, key])(
    'is refused, and not made anew, where %s is missing or damaged',
    async (name) => {
      const dir = await folder();
      await loadHubIdentity(dir, now);
      const path = join(dir, name);
      const whole = await readFile(path, 'utf8');
      const damages: [state: string, damage: () => Promise<void>][] = [
        ['missing', () => rm(path)],
        ['empty', () => writeFile(path, '')],
        ['damaged', () => writeFile(path, whole.slice(0, 120))],
        ['damaged', () => writeFile(path, Buffer.alloc(whole.length))],
      ];
      for (const [state, damage] of damages) {
        await damage();
        const before = await content(dir);
        await expect(loadHubIdentity(dir, now)).rejects.toThrow(
          new RegExp(`${name} is ${state}\\. Put .* back from a copy .* delete both: the hub then begins`),
        );
        expect(await content(dir)).toEqual(before);
      }
    },
  );

  it('is refused where the key is that of another hub', async () => {
    const [dir, other] = [await folder(), await folder()];
    await loadHubIdentity(dir, now);
    await loadHubIdentity(other, now);
    await writeFile(join(dir, key), await readFile(join(other, key)));
    await expect(loadHubIdentity(dir, now)).rejects.toThrow(/do not belong together/);
  });
});
