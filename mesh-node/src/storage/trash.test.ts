import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { openTrash } from './trash.js';

const logger = pino({ level: 'silent' });
const linux = process.platform === 'linux';

async function trashIn(root: string) {
  const trash = await openTrash({ folder: join(root, 'trash'), logger });
  onTestFinished(trash.stop);
  return trash;
}

/** Runs a few lines of Python, which can step down a tree that is deeper than a path may be long. */
function python(code: string, ...args: string[]) {
  const run = spawnSync('python3', ['-c', code, ...args], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
}

it.skipIf(!linux)('removes a tree that is deeper than any path may be long', async () => {
  const root = await temporaryFolder();
  const tree = join(root, 'tree');
  await mkdir(tree);
  python(
    `import os, sys
os.chdir(sys.argv[1])
for _ in range(1500):
    os.mkdir('d' * 100); os.chdir('d' * 100)
open('bottom', 'w').close()`,
    tree,
  );
  const trash = await trashIn(root);
  expect(await trash.discard(tree)).toBe(true);
  expect(existsSync(tree)).toBe(false);
  await expect.poll(() => readdir(join(root, 'trash')), { timeout: 30_000 }).toEqual([]);
  expect(trash.leftovers()).toBeNull();
});

it('removes folders that nobody may enter, and names that are no text', async () => {
  const root = await temporaryFolder();
  const tree = join(root, 'tree');
  await mkdir(join(tree, 'closed', 'inner'), { recursive: true });
  await writeFile(join(tree, 'closed', 'inner', 'file'), 'x');
  if (linux) python(`import os, sys; open(os.fsencode(sys.argv[1]) + b'/\\xff\\xfe', 'w').close()`, tree);
  await chmod(join(tree, 'closed', 'inner'), 0o000);
  await chmod(join(tree, 'closed'), 0o500);
  await chmod(tree, 0o000);
  const trash = await trashIn(root);
  expect(await trash.discard(tree)).toBe(true);
  expect(await readdir(join(root, 'trash'))).toEqual([]);
  expect(trash.leftovers()).toBeNull();
});

it('removes links and never what they point to', async () => {
  const root = await temporaryFolder();
  const outside = join(root, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'keep'), 'x');
  const tree = join(root, 'tree');
  await mkdir(tree);
  await symlink(outside, join(tree, 'link'));
  await symlink(join(outside, 'keep'), join(tree, 'file'));
  await symlink(outside, join(root, 'tree-link'));
  const trash = await trashIn(root);
  await trash.discard(tree);
  await trash.discard(join(root, 'tree-link'));
  expect((await readdir(root)).sort()).toEqual(['outside', 'trash']);
  expect(await readdir(outside)).toEqual(['keep']);
});

/** A file that not even root may remove, until the mark is taken off. */
function immutable(path: string, on: boolean): boolean {
  return spawnSync('chattr', [on ? '+i' : '-i', path]).status === 0;
}

it.skipIf(!linux || process.getuid?.() !== 0)(
  'sets aside what cannot be removed, says so, and removes it once it can',
  async (test) => {
    const root = await temporaryFolder();
    const tree = join(root, 'tree');
    const stuck = join(tree, 'inner', 'stuck');
    await mkdir(join(tree, 'inner'), { recursive: true });
    await writeFile(stuck, 'x');
    await writeFile(join(tree, 'inner', 'beside'), 'x');
    test.skip(!immutable(stuck, true), 'this file system knows no immutable files');
    const trash = await trashIn(root);
    expect(await trash.discard(tree)).toBe(true);
    expect(existsSync(tree)).toBe(false);
    expect(trash.leftovers()).toMatchObject({ count: 1, reason: expect.stringContaining('EPERM') as string });
    const [held = ''] = await readdir(join(root, 'trash'));
    expect(await readdir(join(root, 'trash', held))).toEqual(['stuck']);
    // The next start of an agent meets it, and is not kept from starting.
    const again = await trashIn(root);
    await expect.poll(again.leftovers).toMatchObject({ count: 1 });
    expect(immutable(join(root, 'trash', held, 'stuck'), false)).toBe(true);
    await again.retry();
    expect(again.leftovers()).toBeNull();
    expect(await readdir(join(root, 'trash'))).toEqual([]);
  },
);

it('has nothing to do where nothing is', async () => {
  const root = await temporaryFolder();
  const trash = await trashIn(root);
  expect(await trash.discard(join(root, 'no such thing'))).toBe(true);
  expect(trash.leftovers()).toBeNull();
});
