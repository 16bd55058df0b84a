import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tar, tarGz, tinyOnnx, zip } from './fixtures/archives.js';
import { openRepository } from './fixtures/repository.js';

const manifest = { name: 'plate-reader', title: 'Plate reader', runtime: 'python', entry: 'src/main.py' };
/** `model_version: 1`, to make another model of the tiny one. */
const modelVersion = Buffer.from([0x28, 0x01]);
const files = [
  { name: 'meshdeck.json', data: JSON.stringify(manifest) },
  { name: 'src/main.py', data: 'print(1)\n' },
];

it('takes a zip, a tar and a tar.gz of one app as one and the same version', async () => {
  const { push } = await openRepository();
  const fromZip = await push('a.zip', zip(files.map((file) => ({ ...file, compress: true }))));
  expect(fromZip).toMatchObject({ name: 'plate-reader', title: 'Plate reader', inferred: false });
  expect(fromZip.version).toBe(fromZip.bundle.sha256.slice(0, 12));
  const fromTar = await push('b.tar', tar([...files].reverse()));
  const fromTgz = await push('c.tgz', tarGz([{ name: './', type: '5' }, ...files]));
  expect([fromTar.version, fromTgz.version]).toEqual([fromZip.version, fromZip.version]);
  expect(fromTgz.olderVersions).toEqual([]);
});

it('strips the one folder an app was packed as, and what macOS adds', async () => {
  const { push } = await openRepository();
  const plain = await push('a.zip', zip(files));
  const inFolder = files.map((file) => ({ ...file, name: `my app/${file.name}` }));
  const packed = zip([{ name: 'my app/' }, ...inFolder, { name: '__MACOSX/my app/._x', data: 'x' }]);
  expect((await push('my app.zip', packed)).version).toBe(plain.version);
});

it('gives a bundle that plain tar reads, the same bytes every time', async () => {
  const { push, files: store, folder } = await openRepository();
  const deep = `${'long-folder-name/'.repeat(9)}datei-\u00fc-\u{1F600}.txt`;
  const view = await push('a.zip', zip([...files, { name: deep, data: Buffer.alloc(1000, 65) }]));
  const path = await store.locate(view.bundle.sha256);
  expect(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  ).toBe(view.bundle.sha256);
  const { stdout } = await promisify(execFile)(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--file', path],
    {
      env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    },
  );
  const listed = stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
  expect(listed).toEqual([
    expect.stringContaining(`-rw-r--r-- 0/0 1000 1970-01-01 00:00 ${deep}`),
    expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ 1970-01-01 00:00 meshdeck\.json$/),
    '-rw-r--r-- 0/0 9 1970-01-01 00:00 src/main.py',
  ]);
  await mkdir(join(folder, 'out'));
  await promisify(execFile)('tar', ['-xf', path, '-C', join(folder, 'out')]);
  expect(await readFile(join(folder, 'out', deep), 'utf8')).toBe('A'.repeat(1000));
});

it('keeps versions by content, the one pushed last in front', async () => {
  let clock = 1000;
  const { push, repository } = await openRepository({ now: () => clock });
  const first = await push('model.onnx', tinyOnnx);
  clock = 2000;
  const second = await push('model.onnx', Buffer.concat([tinyOnnx, modelVersion]));
  expect(second.olderVersions).toEqual([{ version: first.version, pushedAt: 1000 }]);
  clock = 3000;
  const again = await push('model.onnx', tinyOnnx);
  expect(again).toMatchObject({ version: first.version, pushedAt: 3000 });
  expect(again.olderVersions).toEqual([{ version: second.version, pushedAt: 2000 }]);

  expect(await repository.resolve('model')).toMatchObject({
    version: first.version,
    manifest: { entry: 'model.onnx' },
  });
  expect((await repository.resolve('model', { version: second.version })).bundle).toEqual(second.bundle);
  await expect(repository.resolve('model', { version: '0123456789ab' })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await repository.bundles()).toEqual(new Set([first.bundle.sha256, second.bundle.sha256]));
  await repository.remove('model');
  await expect(repository.get('model')).rejects.toMatchObject({ code: 'not-found' });
  await expect(repository.remove('model')).rejects.toMatchObject({ code: 'not-found' });
});

it('loses no version when two pushes of one app meet', async () => {
  const { push, repository } = await openRepository();
  await Promise.all(['1', '2', '3', '4'].map((number) => push('job.py', `print(${number})`)));
  expect((await repository.get('job')).olderVersions).toHaveLength(3);
});

it.each([
  [
    'Iris Model (2).onnx',
    tinyOnnx,
    { name: 'iris-model-2', manifest: { runtime: 'onnx', entry: 'Iris Model (2).onnx' } },
  ],
  ['count.PY', Buffer.from('x'), { name: 'count', manifest: { runtime: 'python', entry: 'count.PY' } }],
  ['count.mjs', Buffer.from('x'), { name: 'count', manifest: { runtime: 'node', entry: 'count.mjs' } }],
  [
    'lab.zip',
    zip([
      { name: 'app.mjs', data: 'x' },
      { name: 'package.json', data: '{}' },
    ]),
    { name: 'lab', manifest: { runtime: 'node', entry: 'app.mjs' } },
  ],
  [
    'net.tar.gz',
    tarGz([
      { name: 'net/weights/net.onnx', data: tinyOnnx },
      { name: 'net/train.py', data: 'x' },
    ]),
    { name: 'net', manifest: { runtime: 'onnx', entry: 'weights/net.onnx' } },
  ],
  ['\u6a21\u578b.onnx', tinyOnnx, { name: 'app', manifest: { entry: '\u6a21\u578b.onnx' } }],
])('infers the manifest of %s', async (filename, content, expected) => {
  const { push } = await openRepository();
  expect(await push(filename, content)).toMatchObject({ ...expected, inferred: true });
});

it.each([
  [
    [
      { name: 'a.onnx', data: tinyOnnx },
      { name: 'app.py', data: 'x' },
    ],
    '"a.onnx", "app.py"',
  ],
  [
    [
      { name: 'readme.txt', data: 'x' },
      { name: 'b.txt', data: 'x' },
    ],
    'no .onnx model, app.py, app.mjs, app.ipynb',
  ],
  [[{ name: 'meshdeck.json', data: '{"name": "x",}' }], 'meshdeck.json is not valid JSON'],
  [
    [{ name: 'meshdeck.json', data: '{"name": "x", "runtime": "cobol", "entry": "a"}' }],
    'runtime must be one of onnx, python, node',
  ],
  [[{ name: 'meshdeck.json', data: '{"name": "x", "runtime": "node"}' }], 'entry is missing'],
  [
    [{ name: 'meshdeck.json', data: JSON.stringify({ ...manifest, limits: { timeSeconds: 0 } }) }],
    'limits.timeSeconds must be at least 1',
  ],
  [[{ name: 'meshdeck.json', data: JSON.stringify({ ...manifest, nmae: 1 }) }], 'the unknown key "nmae"'],
  [
    [{ name: 'meshdeck.json', data: JSON.stringify({ ...manifest, entry: '../x.py' }) }],
    'entry must be a path inside the package',
  ],
  [
    [{ name: 'meshdeck.json', data: JSON.stringify(manifest) }],
    'entry names "src/main.py", which is not in the package',
  ],
  [
    [...files.slice(1), { name: 'meshdeck.json', data: JSON.stringify({ ...manifest, runtime: 'node' }) }],
    'the runtime "node" starts .mjs or .js or .cjs files',
  ],
  [
    [
      ...files.slice(1),
      { name: 'meshdeck.json', data: JSON.stringify({ ...manifest, sample: { input: 'no.csv' } }) },
    ],
    'sample.input names "no.csv"',
  ],
])('says in one sentence what is wrong with an app (%#)', async (entries, words) => {
  const { push } = await openRepository();
  await expect(push('a.zip', zip(entries))).rejects.toMatchObject({
    code: 'app-invalid',
    message: expect.stringContaining(words) as string,
  });
});

it.each([
  ['text', Buffer.from('col1,col2\n1,2\n')],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['a zip', zip([{ name: 'x', data: 'x' }])],
  ['a pickle', Buffer.from('80049510000000000000008c0a', 'hex')],
  ['HTML', Buffer.from('<!doctype html><html></html>')],
  ['a cut model', tinyOnnx.subarray(0, 5)],
  ['a model without a graph', tinyOnnx.subarray(0, 2)],
  ['zeros', Buffer.alloc(100)],
])('refuses %s that is called a model', async (_what, content) => {
  const { push } = await openRepository();
  await expect(push('model.onnx', content)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('"model.onnx" is not an ONNX model.') as string,
  });
});

it('takes real models', async () => {
  const { push } = await openRepository();
  const folder = new URL('../../../mesh-node/src/runners/onnx/fixtures/', import.meta.url);
  const models = (await readdir(folder)).filter((name) => name.endsWith('.onnx'));
  expect(models.length).toBeGreaterThan(5);
  for (const name of models) {
    expect((await push(name, await readFile(new URL(name, folder)))).manifest.runtime).toBe('onnx');
  }
});

it('pushes a folder without what belongs to its author, and no links out of it', async () => {
  const { push, repository, folder } = await openRepository();
  const root = join(folder, 'plates');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(join(root, 'node_modules', 'x'), { recursive: true });
  await mkdir(join(root, '.git'));
  for (const { name, data } of files) await writeFile(join(root, name), data);
  await writeFile(join(root, 'node_modules', 'x', 'index.js'), 'x');
  await writeFile(join(root, '.git', 'HEAD'), 'x');
  const view = await repository.pushSample(root);
  expect(view.files.map(({ path }) => path)).toEqual(['meshdeck.json', 'src/main.py']);
  expect(view.version).toBe((await push('a.zip', zip(files))).version);
  await symlink('/etc/passwd', join(root, 'src', 'users'));
  await expect(repository.pushSample(root)).rejects.toMatchObject({ code: 'archive-unsafe' });
});

it('remembers for every version of an app how its tables are to be read, until that is cleared', async () => {
  const { push, repository } = await openRepository();
  const { name, version } = await push('iris.onnx', tinyOnnx);
  expect((await repository.get(name)).reading).toEqual({});
  await repository.remember(name, { header: 3, aside: ['id'] });
  const newer = await push('iris.onnx', Buffer.concat([tinyOnnx, modelVersion]));
  expect(newer.version).not.toBe(version);
  expect(newer.reading).toEqual({ header: 3, aside: ['id'] });
  expect((await repository.resolve(name, { version })).reading).toEqual({ header: 3, aside: ['id'] });
  expect((await repository.remember(name, {})).reading).toEqual({});
  expect((await repository.resolve(name)).reading).toEqual({});
  await expect(repository.remember('nobody', {})).rejects.toMatchObject({ code: 'not-found' });
});

it('takes no word on how a program should read its table', async () => {
  const { push, repository } = await openRepository();
  await push('a.zip', zip(files));
  await expect(repository.remember('plate-reader', { header: 'none' })).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('plate-reader reads its table itself'),
  });
});
