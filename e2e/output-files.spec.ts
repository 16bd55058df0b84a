import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobFiles, JobPage, RunFiguresPage } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

/** A training run: no predictions, but figures, a drawing, a table and a model. */
const training = `
import json, os, random, struct, sys, zlib
out = os.environ['MESHDECK_OUTPUT']
def png(path, width=240, height=150):
    seed = random.random()
    curve = [int(height - 20 - (height - 45) * (1 - 2.718 ** (-x / 60)) * (0.8 + seed / 5)) for x in range(width)]
    rows = [b'\\0' + b''.join(b'\\x1e\\x5a\\xc8' if abs(y - at) < 2 else b'\\xff\\xff\\xff' for at in curve) for y in range(height)]
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    head = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    open(path, 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(b''.join(rows))) + chunk(b'IEND', b''))
os.makedirs(out + '/plots')
png(out + '/plots/loss.png'); png(out + '/plots/accuracy.png')
json.dump({'accuracy': round(0.9 + random.random() / 20, 5), 'loss': random.random() / 3, 'epochs': 12, 'val': {'f1': round(random.random(), 5)}, 'converged': True}, open(out + '/metrics.json', 'w'))
os.makedirs(out + '/tables')
with open(out + '/tables/Ärger & Söhne (2) größe.csv', 'w') as table:
    table.write('epoch;loss;note\\n' + ''.join(f'{n};{1 / (n + 1):.4f};"über; {n}"\\n' for n in range(60)))
open(out + '/model.bin', 'wb').write(os.urandom(5000))
open(out + '/notes.txt', 'w').write('trained on ' + os.path.basename(os.environ['MESHDECK_INPUT']) + '\\n')
os.symlink('model.bin', out + '/latest')
if 'fail' in open(os.environ['MESHDECK_INPUT']).read(): sys.exit('the loss is NaN')
`;

test('keeps, shows, compares and hands out every file of a run, also of one that failed', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const app = join(folder, 'training');
  await mkdir(app);
  await writeFile(join(app, 'app.py'), training);
  const manifest = { name: 'training', runtime: 'python', entry: 'app.py', outputs: { predictions: false } };
  await writeFile(join(app, 'meshdeck.json'), JSON.stringify(manifest));
  const good = join(folder, 'good.csv');
  await writeFile(good, 'a\n1\n');
  const bad = join(folder, 'bad.csv');
  await writeFile(bad, 'a\nfail\n');

  const run = await cli('run', app, '--input', good, '--files', join(folder, 'got'));
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const table = join(folder, 'got', 'tables', 'Ärger & Söhne (2) größe.csv');
  expect(await readFile(table, 'utf8')).toContain('59;0.0167;"über; 59"');
  const failing = await cli(
    'run',
    app,
    '--input',
    bad,
    '--files',
    join(folder, 'partial'),
    '--attempts',
    '1',
  );
  expect(failing.code).toBe(1);
  expect(await readFile(join(folder, 'partial', 'notes.txt'), 'utf8')).toBe('trained on bad.csv\n');

  const { jobs } = await callHub<JobPage>(hub, '/jobs');
  const [failed, done] = jobs;
  const id = done?.id ?? '';
  const listed = await cli('jobs', 'files', id, '--json');
  const files = JSON.parse(listed.stdout) as { path: string; bytes: number; type: string }[];
  expect(files.map(({ path }) => path)).toEqual([
    ...['metrics.json', 'model.bin', 'notes.txt', 'plots/accuracy.png', 'plots/loss.png'],
    'tables/Ärger & Söhne (2) größe.csv',
  ]);
  expect(files[1]).toEqual({ path: 'model.bin', bytes: 5000, type: 'application/octet-stream' });
  expect(await callHub<JobFiles>(hub, `/jobs/${failed?.id}/files`)).toMatchObject({
    isPartial: true,
    leftOut: { count: 1, examples: [{ name: 'latest', why: 'link' }] },
  });
  const one = await cli('jobs', 'download', id, '--file', 'plots/loss.png', '--out', join(folder, 'one'));
  expect(one, one.stderr).toMatchObject({ code: 0 });
  expect((await readFile(join(folder, 'one', 'plots', 'loss.png'))).subarray(1, 4).toString()).toBe('PNG');
  const none = await cli('jobs', 'download', id, '--out', join(folder, 'p.csv'));
  expect(none.stderr).toContain('makes no predictions.csv');
  const { runs } = await callHub<RunFiguresPage>(hub, '/job-figures?app=training');
  expect(runs).toHaveLength(2);
  expect(runs[0]?.figures).toMatchObject({ epochs: 12, converged: true });

  await ui.goto(new URL(`/jobs/${id}`, hub.ready.url).href);
  const section = ui.getByRole('region', { name: 'Files' });
  await expect(section.getByText('6 files')).toBeVisible();
  const picture = section.getByRole('img', { name: 'plots/loss.png' });
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(240);
  await expect(ui.getByRole('region', { name: 'Figures' }).getByText('val.f1')).toBeVisible();
  await section.getByRole('button', { name: /größe\.csv/ }).click();
  await expect(section.getByRole('cell', { name: 'über; 3', exact: true })).toBeVisible();
  await section.getByRole('button', { name: /metrics\.json/ }).click();
  await expect(section.getByText('"epochs": 12')).toBeVisible();
  await expect(section.getByText('latest (a link: write the file itself)')).toBeVisible();
  const download = ui.waitForEvent('download');
  await section.getByRole('link', { name: 'Download all (.zip)' }).click();
  expect((await download).suggestedFilename()).toBe(`${id}-files.zip`);

  await ui.goto(new URL(`/jobs/${failed?.id}`, hub.ready.url).href);
  await expect(section.getByText('The run did not succeed.')).toBeVisible();
  await expect(section.getByText('partial').first()).toBeVisible();

  await ui.goto(new URL('/apps/training', hub.ready.url).href);
  const compared = ui.getByRole('region', { name: 'Figures of its runs' });
  await expect(compared.getByRole('row')).toHaveCount(3);
  await compared.getByRole('button', { name: 'accuracy' }).click();
  await expect(compared.getByRole('columnheader', { name: 'accuracy' })).toHaveAttribute('aria-sort');
});
