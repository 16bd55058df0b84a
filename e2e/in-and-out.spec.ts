import { readFile, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobFiles, JobPage, JobView } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

/** Draws, writes figures, prints a lot and fails: all of it is wanted afterwards. */
const code = `
import json, os, sys, zlib, struct
params = json.load(open(os.environ['MESHDECK_PARAMS']))
rules = json.load(open(os.path.join(os.environ['MESHDECK_INPUTS'], 'b')))
assert sys.argv[1:] == ['--threshold', '0.5'], sys.argv
assert os.environ['MESHDECK_PARAM_THRESHOLD'] == '0.5'
out = os.environ['MESHDECK_OUTPUT']
chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = b''.join(b'\\0' + b'\\x1e\\x5a\\xc8' * 40 for _ in range(20))
open(out + '/plot.png', 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 40, 20, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
json.dump({'threshold': params['threshold'], 'factor': rules['factor']}, open(out + '/metrics.json', 'w'))
for line in range(3000): print('line', line)
raise ValueError('the rules contradict each other')
`;

test('gives a script its parameters and files, and keeps the plot, the figures and the traceback of a run that fails late', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const app = join(folder, 'rules');
  mkdirSync(app);
  await writeFile(join(app, 'app.py'), code);
  const params = { threshold: { type: 'number', default: 1, min: 0, max: 10, help: 'where it cuts' } };
  const manifest = { name: 'rules', runtime: 'python', entry: 'app.py', params };
  await writeFile(join(app, 'meshdeck.json'), JSON.stringify(manifest));
  const [table, rules] = [join(folder, 'a.csv'), join(folder, 'b.json')];
  await writeFile(table, 'x\n1\n');
  await writeFile(rules, '{"factor": 3}');

  const refused = await cli(
    'run',
    app,
    '--input',
    table,
    '--param',
    'treshold=0.5',
    '--out',
    join(folder, 'P.csv'),
  );
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('threshold');

  const got = join(folder, 'got');
  const given = ['--input', table, '--input', `b=${rules}`, '--param', 'threshold=0.5', '--attempts', '1'];
  const run = await cli('run', app, ...given, '--out', join(folder, 'P.csv'), '--files', got);
  expect(run.code, run.stderr).toBe(1);
  expect(run.stderr).toContain('the rules contradict each other');
  expect(JSON.parse(await readFile(join(got, 'metrics.json'), 'utf8'))).toEqual({
    threshold: 0.5,
    factor: 3,
  });
  expect((await readFile(join(got, 'plot.png'))).subarray(1, 4).toString()).toBe('PNG');

  const { jobs } = await callHub<JobPage>(hub, '/jobs');
  const id = jobs[0]?.id ?? '';
  const job = await callHub<JobView>(hub, `/jobs/${id}`);
  expect(job).toMatchObject({ state: 'failed', options: { params: { threshold: 0.5 } } });
  expect(job.failure?.detail).toContain('ValueError: the rules contradict each other');
  expect(await callHub<JobFiles>(hub, `/jobs/${id}/files`)).toMatchObject({
    isPartial: true,
    files: [{ path: 'metrics.json' }, { path: 'plot.png', type: 'image/png' }],
  });
  const log = await cli('jobs', 'logs', id);
  expect(log.stdout).toContain('line 2999');
  expect(log.stdout).toContain('ValueError: the rules contradict each other');

  await ui.goto(new URL(`/jobs/${id}`, hub.ready.url).href);
  await expect(ui.getByText('plot.png').first()).toBeVisible();
  // Folded: the last words of the run.
  await expect(ui.getByText('the rules contradict each other').first()).toBeAttached();
  await expect(ui.getByText('threshold').first()).toBeVisible();
});
