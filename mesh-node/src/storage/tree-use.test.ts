import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { treeUse } from './tree-use.js';

const linux = process.platform === 'linux';

function python(code: string, folder: string): void {
  const run = spawnSync('python3', ['-c', `import os, sys; os.chdir(sys.argv[1])\n${code}`, folder]);
  expect(run.stderr.toString()).toBe('');
}

it('counts files by their size, and entries, and follows no links', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await writeFile(join(folder, 'a', 'b', 'file'), 'x'.repeat(5000));
  await writeFile(join(folder, 'empty'), '');
  await symlink('/usr', join(folder, 'link'));
  const { bytes, entries } = await treeUse(folder);
  expect(bytes).toBe(5000 + '/usr'.length);
  expect(entries).toBe(5);
});

it.skipIf(!linux).each([
  [
    'below more folders than a path has room for',
    `for _ in range(60):\n    os.mkdir('d' * 100); os.chdir('d' * 100)`,
  ],
  ['in a folder that nobody may enter', `os.mkdir('closed'); os.chdir('closed')`],
  ['under a name that is no text', `os.mkdir(b'\\xff\\xfe'); os.chdir(b'\\xff\\xfe')`],
])('sees what lies %s', async (_where, go) => {
  const folder = await temporaryFolder();
  python(`top = os.getcwd()\n${go}\nopen('big', 'wb').write(b'x' * 300_000)\nos.chdir(top)`, folder);
  await chmod(join(folder, 'closed'), 0o000).catch(() => undefined);
  expect((await treeUse(folder)).bytes).toBe(300_000);
});

it.skipIf(!linux)('counts room that is reserved behind a small size', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'f'), '');
  const run = spawnSync('fallocate', ['--keep-size', '-l', '8M', join(folder, 'f')]);
  expect(run.status).toBe(0);
  expect((await treeUse(folder)).bytes).toBeGreaterThan(7 * 1024 ** 2);
});

it.skipIf(!linux)('takes a tree that is too deep to be meant for more than any limit', async () => {
  const folder = await temporaryFolder();
  python(`for _ in range(300):\n    os.mkdir('d'); os.chdir('d')`, folder);
  expect((await treeUse(folder)).entries).toBe(Infinity);
});

it('ends at the limit', async () => {
  const folder = await temporaryFolder();
  for (let i = 0; i < 20; i += 1) await writeFile(join(folder, `f${i}`), 'x'.repeat(100));
  expect((await treeUse(folder, { bytes: 450, entries: Infinity })).bytes).toBeGreaterThan(450);
  expect((await treeUse(folder, { bytes: Infinity, entries: 7 })).entries).toBe(8);
});
