import { expect, it } from 'vitest';
import { readTar } from './read-tar.js';
import { createReadStream } from 'node:fs';
import { tar, tarGz, zip } from './fixtures/archives.js';
import { openRepository } from './fixtures/repository.js';

const app = (...files: [name: string, data?: string][]) =>
  zip(files.map(([name, data = 'x = 1\n']) => ({ name, data })));

it('starts a notebook, a shell, an R and a Julia script by convention, alone or in a folder', async () => {
  const { push } = await openRepository();
  for (const [name, runtime] of [
    ['app.ipynb', 'notebook'],
    ['app.sh', 'shell'],
    ['app.R', 'r'],
    ['app.r', 'r'],
    ['app.jl', 'julia'],
  ] as const) {
    const folder = await push('lab.zip', app([name], ['helper.txt']));
    expect(folder.manifest).toMatchObject({ name: 'lab', runtime, entry: name });
    const alone = await push(name.replace('app', 'alone'), Buffer.from('x'));
    expect(alone.manifest).toMatchObject({ name: 'alone', runtime });
  }
});

it.each([
  [
    ['main.py', 'README.md'],
    'If it is "main.py", rename it to app.py, or add meshdeck.json with {"name":"lab","runtime":"python","entry":"main.py"}.',
  ],
  [
    ['index.js', 'README.md'],
    'If it is "index.js", add meshdeck.json with {"name":"lab","runtime":"node","entry":"index.js"}.',
  ],
  [['fit_plates.R', 'data.csv'], 'If it is "fit_plates.R", rename it to app.R, or add'],
  [['a.py', 'b.py'], 'no .onnx model, app.py, app.mjs, app.ipynb, app.sh, app.R or app.jl to start'],
  [['src/app.py', 'src2/x.txt'], 'no .onnx model, app.py, app.mjs'],
] as const)('says what to do with %j', async (names, sentence) => {
  const { push } = await openRepository();
  await expect(push('lab.zip', app(...names.map((name) => [name] as [string])))).rejects.toThrow(sentence);
});

const project = (text: string) => [['app.py'], ['pyproject.toml', text]] as [string, string?][];

it.each([
  [
    [['app.py'], ['environment.yml', 'dependencies:\n- numpy\n']],
    'lists its packages in environment.yml, which machines do not read',
  ],
  [[['app.py'], ['conda.yaml', 'dependencies:\n- numpy\n']], 'in conda.yaml'],
  [[['app.ipynb'], ['Pipfile', '[packages]\n']], 'pipenv requirements > requirements.txt'],
  [[['app.py'], ['uv.lock', '']], 'uv export'],
  [[['app.py'], ['poetry.lock', ''], ['pyproject.toml', '']], 'poetry export'],
  [
    project('[project]\nname = "x"\ndependencies = [\n  # arrays\n  "numpy>=1",\n]\n'),
    'write its dependencies there',
  ],
  [
    project('[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = "^1.26"\n'),
    'write its dependencies there',
  ],
] as [[string, string?][], string][])('refuses a list that no machine reads: %j', async (files, sentence) => {
  const { push } = await openRepository();
  await expect(push('lab.zip', app(...files))).rejects.toThrow(sentence);
});

it.each([
  [project('[tool.ruff]\nline-length = 100\n')],
  [project('[project]\nname = "x"\ndependencies = []\n[project.optional-dependencies]\ntest = ["pytest"]\n')],
  [project('[tool.poetry.dependencies]\npython = "^3.11"\n\n[tool.black]\nline-length = 88\n')],
  [[['app.py'], ['environment.yml', 'x'], ['requirements.txt', '']]],
  [[['app.mjs'], ['environment.yml', 'x']]],
] as [[string, string?][]][])('takes what needs no such list: %j', async (files) => {
  const { push } = await openRepository();
  expect(await push('lab.zip', app(...files))).toMatchObject({ name: 'lab' });
});

it('refuses a name that would be passed over', async () => {
  const { push } = await openRepository();
  const manifest =
    '{"name": "lab", "runtime": "python", "entry": "app.py", "params": {"__proto__": {"type": "string"}}}';
  await expect(push('lab.zip', app(['app.py'], ['meshdeck.json', manifest]))).rejects.toThrow(
    '"__proto__" is no name',
  );
});

it('keeps what may be started as it was packed, and leaves out the links npm makes', async () => {
  const { push, files: store } = await openRepository();
  const tool = { name: 'bin/tool', data: '#!/bin/sh\n' };
  const rest = [
    { name: 'app.sh', data: 'bin/tool' },
    { name: 'node_modules/x/index.js', data: '' },
  ];
  const fromTar = await push(
    'lab.tar.gz',
    tarGz([
      ...rest,
      { ...tool, mode: 0o755 },
      { name: 'node_modules/.bin/x', type: '2', link: '../x/index.js' },
    ]),
  );
  const fromZip = await push(
    'lab.zip',
    zip([
      ...rest,
      { ...tool, mode: 0o100755 },
      { name: 'node_modules/.bin/x', data: '../x', mode: 0o120777 },
    ]),
  );
  expect(fromZip.version).toBe(fromTar.version);
  const modes = new Map<string, number>();
  for await (const { path, mode } of readTar(
    createReadStream(await store.locate(fromTar.bundle.sha256)),
    'x',
  ))
    modes.set(path, mode);
  expect(modes).toEqual(
    new Map([
      ['app.sh', 0o644],
      ['bin/tool', 0o755],
      ['node_modules/x/index.js', 0o644],
    ]),
  );
  const plain = await push('lab.tar', tar([...rest, tool]));
  expect(plain.version).not.toBe(fromTar.version);
});
