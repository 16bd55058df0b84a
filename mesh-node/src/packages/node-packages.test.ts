import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { readNodePackages } from './node-packages.js';

async function read(manifest: object, lock?: object) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  if (lock !== undefined) await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const found = await readNodePackages(folder, {
    fetched: (url) => `gateway:${url}`,
    locked: (url, name) => `gateway:${name}:${url}`,
  });
  if (found === null) return null;
  return {
    manifest: JSON.parse(found.manifest) as Record<string, unknown>,
    lock:
      found.lock === null
        ? null
        : (JSON.parse(found.lock) as {
            packages: Record<string, object>;
            dependencies: Record<string, object>;
          }),
  };
}

it('takes ranges, tags, aliases and archives by https, and leaves scripts and development out', async () => {
  const found = await read({
    name: 'mine',
    scripts: { preinstall: 'evil' },
    workspaces: ['packages/*'],
    dependencies: {
      a: '^1.2.3 || >=2 <3',
      b: 'latest',
      c: 'npm:@scope/real@1.x',
      d: 'https://cdn.sheetjs.com/xlsx-0.20.3/xlsx-0.20.3.tgz',
      e: '*',
      f: '1.2.3-beta.1+build',
    },
    devDependencies: { g: 'git+ssh://git@github.com/a/b.git', h: 'file:../h' },
    optionalDependencies: { i: '~1' },
    peerDependencies: { j: '>=1' },
    overrides: { a: { k: '1.0.0' }, l: '$b' },
  });
  expect(found?.manifest).toEqual({
    name: 'app',
    version: '1.0.0',
    private: true,
    dependencies: {
      a: '^1.2.3 || >=2 <3',
      b: 'latest',
      c: 'npm:@scope/real@1.x',
      d: 'gateway:https://cdn.sheetjs.com/xlsx-0.20.3/xlsx-0.20.3.tgz',
      e: '*',
      f: '1.2.3-beta.1+build',
    },
    optionalDependencies: { i: '~1' },
    peerDependencies: { j: '>=1' },
    overrides: { a: { k: '1.0.0' }, l: '$b' },
  });
});

it('needs nothing installed where nothing is asked for', async () => {
  expect(await read({ name: 'x', devDependencies: { a: '1' } })).toBeNull();
});

it('has everything of a lock fetched by the gateway, and keeps what checks it', async () => {
  const found = await read(
    { dependencies: { a: '^1' } },
    {
      lockfileVersion: 3,
      packages: {
        '': { name: 'mine', dependencies: { a: '^1' }, devDependencies: { t: '1' } },
        'node_modules/a': {
          version: '1.0.0',
          resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz',
          integrity: 'sha512-a',
        },
        'node_modules/a/node_modules/@s/b': { version: '1.0.0', integrity: 'sha512-b' },
        'node_modules/t': { version: '1.0.0', resolved: 'git+ssh://git@github.com/a/t.git#abc', dev: true },
      },
    },
  );
  expect(found?.lock?.packages['node_modules/a']).toEqual({
    version: '1.0.0',
    resolved: 'gateway:a:https://registry.npmjs.org/a/-/a-1.0.0.tgz',
    integrity: 'sha512-a',
  });
  expect(found?.lock?.packages['node_modules/a/node_modules/@s/b']).toEqual({
    version: '1.0.0',
    integrity: 'sha512-b',
  });
  expect(Object.keys(found?.lock?.packages ?? {})).not.toContain('node_modules/t');
  expect(found?.lock?.packages['']).toMatchObject({ dependencies: { a: '^1' } });
});

it('does the same for a lock from before npm 7', async () => {
  const found = await read(
    { dependencies: { a: '^1' } },
    {
      lockfileVersion: 1,
      dependencies: {
        a: {
          version: '1.0.0',
          resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz',
          integrity: 'sha512-a',
          requires: { b: '1' },
          dependencies: { b: { version: '1.0.0', resolved: 'https://registry.npmjs.org/b/-/b-1.0.0.tgz' } },
        },
        t: { version: 'git+ssh://git@github.com/a/t.git#abc', dev: true },
      },
    },
  );
  expect(found?.lock?.dependencies).toMatchObject({
    a: {
      resolved: 'gateway:a:https://registry.npmjs.org/a/-/a-1.0.0.tgz',
      dependencies: { b: { resolved: 'gateway:b:https://registry.npmjs.org/b/-/b-1.0.0.tgz' } },
    },
  });
  expect(Object.keys(found?.lock?.dependencies ?? {})).toEqual(['a']);
});

const packages = (entry: object, path = 'node_modules/a') => ({
  lockfileVersion: 3,
  packages: { '': {}, [path]: entry },
});

it.each([
  ['a repository of git', packages({ resolved: 'git+ssh://git@github.com/a/b.git#abc' }), 'is a repository'],
  ['a folder', packages({ resolved: 'file:../a' }), 'lies in a folder'],
  ['a link', packages({ resolved: 'libs/a', link: true }), 'lies in a folder'],
  ['a workspace', packages({ version: '1.0.0' }, 'libs/a'), 'lies in a folder'],
  ['a place outside', packages({ version: '1.0.0' }, '../node_modules/a'), 'lies in a folder'],
  [
    'a repository of an old lock',
    { lockfileVersion: 1, dependencies: { a: { version: 'github:a/b#abc' } } },
    'is a repository',
  ],
  [
    'a folder of an old lock',
    { lockfileVersion: 1, dependencies: { a: { version: 'file:../a' } } },
    'lies in a folder',
  ],
])('refuses a lock that names %s', async (_what, lock, expected) => {
  await expect(read({ dependencies: { a: '^1' } }, lock)).rejects.toMatchObject({
    code: 'app-invalid',
    message: expect.stringMatching(new RegExp(`a" in package-lock\\.json ${expected}`)) as string,
  });
});

it('refuses what overrides name, too, and files that are none', async () => {
  await expect(
    read({ dependencies: { a: '1' }, overrides: { a: { b: 'git+https://x.example/b' } } }),
  ).rejects.toThrow('"b" in package.json is a repository');
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), '{"dependencies": ["a"]}');
  await expect(readNodePackages(folder, { fetched: String, locked: String })).rejects.toThrow(
    'cannot be read',
  );
});

it.each([
  'https://github.com/a/b',
  'https://github.com/a/b.git',
  'https://github.com/a/b#main',
  'https://gitlab.com/a/b.git#v1',
  'https://git.lab.example/a/b.git',
  'git://github.com/a/b.git',
  'git+ssh://git@gitlab.com:a/b.git',
  'gist:11081aaa281',
  'gitlab:a/b',
  'a/b#semver:^1',
])('takes %s for the repository that npm would clone', async (spec) => {
  await expect(read({ dependencies: { r: spec } })).rejects.toThrow('"r" in package.json is a repository');
});

it.each(['./x', '../x.tgz', '/x', '~/x', 'C:\\x', 'x.tgz', 'x.tar.gz', 'file:x', 'workspace:*'])(
  'takes %s for the folder or file that npm would',
  async (spec) => {
    await expect(read({ dependencies: { r: spec } })).rejects.toThrow('"r" in package.json lies in a folder');
  },
);

it.each([
  'https://codeload.github.com/a/b/tar.gz/main',
  'https://github.com/a/b/archive/main.tar.gz',
  'https://github.com/a/b/releases/download/v1/b-1.0.0.tgz',
])('takes %s for an archive', async (spec) => {
  expect((await read({ dependencies: { r: spec } }))?.manifest).toMatchObject({
    dependencies: { r: `gateway:${spec}` },
  });
});
