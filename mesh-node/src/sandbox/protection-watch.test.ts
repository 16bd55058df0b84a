import { chmod, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { protectionSigns } from './protection-signs.js';
import { createProtectionWatch } from './protection-watch.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function watched() {
  let signs = 'one';
  let idle = true;
  const measure = vi.fn(() =>
    Promise.resolve({ ts: Date.now(), level: 'strong' as const, lines: [], notes: [] }),
  );
  const watch = createProtectionWatch({
    measure,
    signs: () => signs,
    isIdle: () => idle,
    onProtection: () => undefined,
  });
  return {
    watch,
    measure,
    set(next: { signs?: string; idle?: boolean }) {
      signs = next.signs ?? signs;
      idle = next.idle ?? idle;
    },
  };
}
const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);

it('measures at the start and once a day', async () => {
  const { watch, measure } = watched();
  await watch.start();
  await minutes(23 * 60);
  expect(measure).toHaveBeenCalledTimes(1);
  await minutes(61);
  expect(measure).toHaveBeenCalledTimes(2);
  await watch.stop();
});

it('measures again after an update of the agent or of the system, once no job runs', async () => {
  const { watch, measure, set } = watched();
  await watch.start();
  set({ signs: 'two', idle: false });
  await minutes(10);
  expect(measure).toHaveBeenCalledTimes(1);
  set({ idle: true });
  await minutes(2);
  expect(measure).toHaveBeenCalledTimes(2);
  await minutes(60);
  expect(measure).toHaveBeenCalledTimes(2);
  await watch.stop();
});

it('sees a tool that is installed, replaced or gone', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'bwrap');
  const none = protectionSigns(folder);
  await writeFile(path, 'one');
  await chmod(path, 0o755);
  const installed = protectionSigns(folder);
  expect(installed).not.toBe(none);
  expect(protectionSigns(folder)).toBe(installed);
  await utimes(path, new Date(0), new Date(0));
  expect(protectionSigns(folder)).not.toBe(installed);
  await symlink('/nowhere', join(folder, 'nsenter'));
  expect(protectionSigns(folder)).toContain('"');
});
