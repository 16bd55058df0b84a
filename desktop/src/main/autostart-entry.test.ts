import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAutostartEntry } from './autostart-entry.js';

async function entry(command: readonly string[]) {
  const configFolder = await mkdtemp(join(tmpdir(), 'meshdeck-autostart-'));
  onTestFinished(() => rm(configFolder, { recursive: true }));
  return {
    loginItem: createAutostartEntry({ configFolder, command }),
    file: join(configFolder, 'autostart', 'meshdeck.desktop'),
  };
}

it('starts at login once it is set, and no more once it is not', async () => {
  const { loginItem, file } = await entry(['/opt/Meshdeck/meshdeck', '--hidden']);
  expect(await loginItem.isEnabled()).toBe(false);
  await loginItem.set(true);
  expect(await loginItem.isEnabled()).toBe(true);
  expect(await readFile(file, 'utf8')).toContain('\nExec="/opt/Meshdeck/meshdeck" "--hidden"\n');
  await loginItem.set(false);
  await loginItem.set(false);
  expect(await loginItem.isEnabled()).toBe(false);
});

it('takes note when the desktop turned it off', async () => {
  const { loginItem, file } = await entry(['/opt/meshdeck']);
  await loginItem.set(true);
  await writeFile(file, (await readFile(file, 'utf8')).replace('enabled=true', 'enabled=false'));
  expect(await loginItem.isEnabled()).toBe(false);
});

it('quotes a path as the desktop entry specification says', async () => {
  const { loginItem, file } = await entry(['/home/ada/My "Apps"/100% $HOME/meshdeck']);
  await loginItem.set(true);
  expect(await readFile(file, 'utf8')).toContain(
    String.raw`Exec="/home/ada/My \\"Apps\\"/100%% \\$HOME/meshdeck"`,
  );
});
