import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openRepository } from './fixtures/repository.js';
import { createSamples } from './index.js';

const logger = pino({ level: 'silent' });

it('lists the sample apps that are whole and prepares one for a job', async () => {
  const { folder, files, repository } = await openRepository();
  const dir = join(folder, 'sample-apps');
  const manifest = {
    name: 'digits',
    title: 'Digits',
    runtime: 'python',
    entry: 'app.py',
    sample: { input: 'data/d.csv' },
  };
  for (const [name, content] of [
    ['digits', JSON.stringify(manifest)],
    ['no-sample', JSON.stringify({ name: 'no-sample', runtime: 'python', entry: 'app.py' })],
    ['broken', '{'],
    ['no-table', JSON.stringify({ ...manifest, name: 'no-table', sample: { input: 'none.csv' } })],
  ] as const) {
    await mkdir(join(dir, name, 'data'), { recursive: true });
    await writeFile(join(dir, name, 'meshdeck.json'), content);
    await writeFile(join(dir, name, 'app.py'), 'print(1)');
  }
  await writeFile(join(dir, 'digits', 'data', 'd.csv'), 'a\n1\n');

  const samples = createSamples({ dir, repository, files, logger });
  expect(await samples.list()).toEqual([
    {
      name: 'digits',
      title: 'Digits',
      description: '',
      runtime: 'python',
      inputName: 'd.csv',
      inputBytes: 4,
    },
  ]);
  const { app, input } = await samples.prepare('digits');
  expect(app).toMatchObject({ name: 'digits', inferred: false });
  expect(input).toMatchObject({ name: 'd.csv', bytes: 4 });
  expect(await readFile(await files.locate(input.sha256), 'utf8')).toBe('a\n1\n');
  await expect(samples.prepare('nothing')).rejects.toMatchObject({ code: 'not-found' });
});

it('has no samples where the folder is missing', async () => {
  const { folder, files, repository } = await openRepository();
  const samples = createSamples({ dir: join(folder, 'none'), repository, files, logger });
  expect(await samples.list()).toEqual([]);
});
