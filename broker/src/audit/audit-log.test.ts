import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { openAuditLog } from './audit-log.js';

const at = Date.UTC(2026, 10, 29, 12);
const file = '2026-11-29.jsonl';

async function openIn(dir: string) {
  const log = await openAuditLog({ dir, now: () => at, logger: pino({ level: 'silent' }) });
  onTestFinished(() => log.stop());
  const say = (detail: string) =>
    log.record({
      ...{ actor: null, address: '127.0.0.1', action: 'jobs.submit', target: null },
      ...{ outcome: 'done', status: 201, detail },
    });
  const told = async () =>
    (await log.page({}, { limit: 100 })).entries.map(({ detail }) => detail?.slice(0, 10));
  return { log, say, told };
}

it.runIf(canMountDisks())(
  'keeps what a full disk would not take, writes it whole once there is room, and once (needs root)',
  async () => {
    const dir = smallDisk('size=64k');
    const { log, say, told } = await openIn(dir);
    say('first');
    await log.page({}, { limit: 1 });
    await writeFile(join(dir, 'filler'), 'x'.repeat(52 * 1024));
    say(`large ${'y'.repeat(20_000)}`);
    expect(await told()).toEqual(['first']);
    await rm(join(dir, 'filler'));
    say('last');
    expect(await told()).toEqual(['last', 'large yyyy', 'first']);
    expect((await readFile(join(dir, file), 'utf8')).trimEnd().split('\n')).toHaveLength(3);
  },
);

it('begins on a line of its own after one that a kill left half written', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-audit-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await appendFile(join(dir, file), '{"id":"half');
  const { say, told } = await openIn(dir);
  say('whole');
  expect(await told()).toEqual(['whole']);
});
