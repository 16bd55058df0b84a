import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobPage, JobView, LogPage, SweepView } from '@meshdeck/shared';
import { callHub, until } from '@meshdeck/testing/mesh';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

const secret = 'correct-horse-battery';

/** A training run that says what it got, and looks for its secret where others could look, too. */
const training = `
import json, os, sys, time
given = json.load(open(os.environ['MESHDECK_PARAMS']))
commands = []
for pid in filter(str.isdigit, os.listdir('/proc') if os.path.isdir('/proc') else []):
    try: commands.append(open(f'/proc/{pid}/cmdline').read())
    except OSError: pass
token = os.environ.get('API_TOKEN', '')
print('token', token, 'of', len(token), 'characters, in mode', os.environ.get('MODE'))
print('seen in a command line:', bool(token) and any(token in line for line in commands))
with open(os.environ['MESHDECK_OUTPUT'] + '/metrics.json', 'w') as out:
    json.dump({'loss': (given['rate'] - 0.2) ** 2, 'model': given['model']}, out)
if given['rate'] > 0.5: sys.exit('the loss is NaN with ' + token)
`;

const manifest = {
  ...{ name: 'train', title: 'Train', runtime: 'python', entry: 'app.py', outputs: { predictions: false } },
  params: {
    rate: { type: 'number', default: 0.1, min: 0, max: 1 },
    model: { type: 'string', default: 'small', choices: ['small', 'large'] },
  },
};

async function appIn(folder: string): Promise<{ app: string; table: string }> {
  const app = join(folder, 'train');
  await mkdir(app);
  await writeFile(join(app, 'app.py'), training);
  await writeFile(join(app, 'meshdeck.json'), JSON.stringify(manifest));
  const table = join(folder, 'weights.csv');
  await writeFile(table, 'a\n1\n');
  return { app, table };
}

/** Every text file of a folder in which these words are. */
async function filesWith(folder: string, words: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(words)) found.push(path);
  }
  return found;
}

test('a sweep: from the form or the command line to one table with the best value found', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const { app, table } = await appIn(folder);
  const pushed = await cli('apps', 'push', app);
  expect(pushed, pushed.stderr).toMatchObject({ code: 0 });

  await ui.goto(new URL('/run?app=train', hub.ready.url).href);
  await ui.locator('input[type=file]').nth(1).setInputFiles(table);
  const panel = ui.getByRole('region', { name: 'Parameters' });
  await panel.getByRole('button', { name: 'Sweep a parameter' }).click();
  await panel.getByLabel('Values of rate for the sweep').fill('0.1, 0.2, 0.6');
  await panel.getByRole('button', { name: 'Sweep one more' }).click();
  await panel.getByLabel('Values of model for the sweep').fill('small, huge');
  await expect(panel.getByRole('alert')).toContainText('"model"');
  await panel.getByLabel('Values of model for the sweep').fill('small, large');
  await expect(panel.getByText('Makes 6 jobs, one for each combination.')).toBeVisible();
  await ui.getByText('Options', { exact: true }).click();
  await ui.getByLabel('Attempts at most').fill('1');
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();

  await ui.waitForURL(/\/sweeps\//);
  const id = new URL(ui.url()).pathname.split('/').at(-1) ?? '';
  await expect(ui.getByText(/6 jobs, 4 succeeded, 2 failed|6 jobs, 2 failed, 4 succeeded/)).toBeVisible({
    timeout: 60_000,
  });
  const row = (number: number) =>
    ui.getByRole('row').filter({ has: ui.getByLabel(`Job ${number}`, { exact: true }) });
  await expect(row(3).getByText('min')).toBeVisible();
  await expect(row(1).getByText('max')).toBeVisible();
  await expect(row(5).getByText('the loss is NaN')).toBeVisible();
  await ui.getByRole('button', { name: 'loss' }).click();
  await expect(ui.getByRole('row').nth(1)).toContainText('0.2');

  const view = await callHub<SweepView>(hub, `/sweeps/${id}?sort=figure:loss`);
  expect(view.rows.map(({ number }) => number)).toEqual([3, 4, 1, 2, 5, 6]);
  expect(view.figures).toMatchObject([
    { name: 'loss', least: { number: 3, value: 0 }, greatest: { number: 1 } },
  ]);
  const shown = await cli('sweeps', 'show', id, '--sort', 'param:rate', '--descending');
  expect(shown.stdout).toContain('loss: least 0 (job 3), greatest 0.01 (job 1)');

  const again = await cli('run', 'train', '--input', table, '--sweep', 'rate=0.2,0.3', '--json');
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect((JSON.parse(again.stdout) as SweepView).byState).toEqual({ succeeded: 2 });
  const wrong = await cli('run', 'train', '--input', table, '--sweep', 'rates=1,2');
  expect(wrong.stderr).toContain('"rates"');
});

test('a secret: set in the app or piped in, masked in logs and last words, and nowhere else', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const { app, table } = await appIn(folder);

  await ui.goto(new URL('/account', hub.ready.url).href);
  const panel = ui.getByRole('region', { name: 'Secrets', exact: true });
  await panel.getByLabel('Name').fill('PATH');
  await expect(panel.getByRole('alert')).toHaveText('It is set by Meshdeck for every app.');
  await panel.getByLabel('Name').fill('API_TOKEN');
  await panel.getByLabel('Value').fill(secret);
  await panel.getByRole('button', { name: 'Set secret' }).click();
  await expect(panel.getByRole('cell', { name: 'API_TOKEN', exact: true })).toBeVisible();
  await ui.goto(new URL('/settings', hub.ready.url).href);
  const lab = ui.getByRole('region', { name: 'Secrets of the lab' });
  await lab.getByLabel('Name').fill('DB_PASSWORD');
  await lab.getByLabel('Value').fill('of the whole lab');
  await lab.getByRole('checkbox').check();
  await lab.getByRole('button', { name: 'Set secret' }).click();
  await expect(lab.getByRole('cell', { name: "everybody's jobs" })).toBeVisible();
  const listed = await cli('secrets', 'list');
  expect(listed.stdout).toMatch(/API_TOKEN +yours[\s\S]*DB_PASSWORD +the lab's, for everyone/);

  const ran = await cli(
    ...['run', app, '--input', table, '--env', 'MODE=fast', '--secret', 'API_TOKEN', '--attempts', '1'],
    ...['--param', 'rate=0.9', '--files', join(folder, 'got')],
  );
  expect(ran.code).toBe(1);
  expect(ran.stdout + ran.stderr).not.toContain(secret);
  expect(ran.stderr).toContain('the loss is NaN with ***');
  const { jobs } = await callHub<JobPage>(hub, '/jobs');
  const id = jobs[0]?.id ?? '';
  const job = await callHub<JobView>(hub, `/jobs/${id}`);
  expect(job.options).toMatchObject({ env: { MODE: 'fast' }, secrets: ['API_TOKEN'] });
  const { logs } = await until(
    () => callHub<LogPage>(hub, `/jobs/${id}/logs`),
    ({ logs: all }) => all.flatMap(({ lines }) => lines).length >= 3,
    { what: 'the log of the job' },
  );
  const printed = logs.flatMap(({ lines }) => lines.map(({ text }) => text));
  expect(printed).toContain(`token *** of ${secret.length} characters, in mode fast`);
  expect(printed).toContain('seen in a command line: False');

  await ui.goto(new URL(`/jobs/${id}`, hub.ready.url).href);
  const given = ui.getByRole('region', { name: 'Variables and secrets' });
  await expect(given.getByText('API_TOKEN')).toBeVisible();
  await expect(given.getByText('fast')).toBeVisible();
  expect(await ui.content()).not.toContain(secret);
  // Neither the hub nor the machine has it in any file, but for the hub's sealed one.
  expect(await filesWith(folder, secret)).toEqual([]);
});
