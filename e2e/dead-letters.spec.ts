import { join } from 'node:path';
import type { DeadLetterPage, JobPage, JobSummary, JobView } from '@meshdeck/shared';
import { callHub, until } from '@meshdeck/testing/mesh';
import { digits, writeFile } from '@meshdeck/testing/tables';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();
test.describe.configure({ timeout: 240_000 });

/** Says which attempt it is by its machine's process, and falls over. */
const crash = `
console.log('measuring the leaf');
console.error('no such leaf');
process.exit(3);
`;

test('shows jobs that were given up, each attempt with its reason and own log, and runs them again', async ({
  folder,
  hub,
  cli,
  ui,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const input = writeFile(folder, 'a.csv', 'x\n1\n');
  const app = writeFile(folder, 'crash.mjs', crash);
  for (const table of ['first.csv', 'second.csv']) {
    const path = writeFile(folder, table, `x\n${table}\n`);
    expect(await cli('run', app, '--input', path, '--out', join(folder, 'p.csv'))).toMatchObject({ code: 1 });
  }
  expect(await cli('run', digits.app, '--input', input, '--out', join(folder, 'p.csv'))).toMatchObject({
    code: 1,
  });

  await ui.getByRole('link', { name: 'Jobs', exact: true }).click();
  await ui.getByRole('link', { name: 'Dead letters 3' }).click();
  const letters = ui.getByRole('article');
  await expect(letters).toHaveCount(3);
  const first = ui.getByRole('article', { name: 'Dead letter crash on first.csv' });
  await expect(first).toContainText('App fails');
  await expect(ui.getByRole('article', { name: 'Dead letter Handwritten digits on a.csv' })).toContainText(
    'Wrong input',
  );
  await first.getByText('2 attempts, each with its reason and log').click();
  await first.getByRole('button', { name: 'Show log' }).first().click();
  await expect(first.getByLabel('Log of attempt 1')).toContainText('measuring the leaf');
  await expect(first.getByRole('link', { name: /^bench-[12]$/ })).toHaveCount(2);

  await ui.getByLabel('Choose crash on second.csv').check();
  await ui.getByRole('button', { name: 'Put 1 aside' }).click();
  await expect(letters).toHaveCount(2);
  const before = await callHub<DeadLetterPage>(hub, '/dead-letters');
  const ids = before.deadLetters.map(({ job }) => job.id);
  await first.getByRole('button', { name: 'Run again' }).click();
  // The new job crashes as well and comes to lie here in its place.
  const page = await until(
    () => callHub<DeadLetterPage>(hub, '/dead-letters'),
    ({ deadLetters }) =>
      deadLetters.some(({ job }) => job.input.name === 'first.csv' && !ids.includes(job.id)),
    { what: 'the job that was run again to fail again' },
  );
  expect(page.total).toBe(2);
  await expect(letters).toHaveCount(2);

  const listed = await cli('jobs', 'dead');
  expect(listed.stdout).toContain('crash on first.csv');
  expect(listed.stdout).not.toContain('second.csv');
  expect(await cli('jobs', 'dead', 'dismiss', '--all')).toMatchObject({ code: 0 });
  expect((await cli('jobs', 'dead')).stdout).toContain('No dead letters');
  await expect(ui.getByText('No dead letters')).toBeVisible();
});

test('runs a job again from its page and shows that the results are equal', async ({
  folder,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  expect(await cli('run', digits.app, '--input', digits.input, '--out', join(folder, 'p.csv'))).toMatchObject(
    { code: 0 },
  );
  await ui.getByRole('link', { name: 'Jobs', exact: true }).click();
  await ui.getByRole('link', { name: 'Handwritten digits on digits-holdout.csv', exact: true }).click();
  const panel = ui.getByRole('region', { name: 'Verification' });
  await expect(panel).toContainText('Not checked yet');
  await panel.getByRole('button', { name: 'Run again and compare' }).click();
  await expect(panel.getByTestId('verdict')).toContainText('byte for byte', { timeout: 30_000 });

  const made = ui.getByRole('region', { name: 'Provenance' });
  await expect(made).toContainText('onnxruntime-node');
  await expect(made).toContainText('digits.onnx');
  const downloading = ui.waitForEvent('download');
  await made.getByRole('link', { name: 'Download record' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^[0-9a-z]{10}-provenance\.json$/);

  await panel.getByRole('link', { name: 'see that run' }).click();
  await expect(ui.getByRole('region', { name: 'Verification' })).toContainText(
    'makes the result of another job again',
  );
});

test('runs a job again with other options, from its menu and from the command line', async ({
  folder,
  hub,
  cli,
  ui,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  expect(
    await cli('run', digits.app, '--input', digits.input, '--out', join(folder, 'p.csv'), '--shards', '2'),
  ).toMatchObject({ code: 0 });
  await ui.getByRole('link', { name: 'Jobs', exact: true }).click();
  await ui.getByRole('button', { name: /^Actions for job Handwritten digits/ }).click();
  await ui.getByRole('menuitem', { name: 'Run with changes' }).click();
  await expect(ui.getByText('of an earlier job')).toHaveCount(2);
  await ui.getByLabel('Priority').selectOption('high');
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(ui.getByTestId('job-state')).toContainText('Succeeded');
  const [changed, first] = (await callHub<JobPage>(hub, '/jobs')).jobs;
  expect(changed).toMatchObject({ shards: 2, app: first?.app, input: first?.input });
  expect(await callHub<JobView>(hub, `/jobs/${changed?.id}`)).toMatchObject({
    options: { priority: 'high' },
  });

  const rerun = await cli('jobs', 'rerun', changed?.id ?? '', '--priority', 'low', '--shards', '3');
  expect(rerun, rerun.stderr).toMatchObject({ code: 0 });
  const third = await callHub<JobView>(hub, `/jobs/${rerun.stdout.trim()}`);
  expect(third.options).toMatchObject({ priority: 'low', shards: 3 });
});

test('finds jobs that are older than what the page has loaded', async ({
  folder,
  hub,
  cli,
  ui,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const needle = writeFile(folder, 'needle.csv', 'x\n1\n');
  const app = writeFile(folder, 'crash.mjs', crash);
  expect(await cli('run', app, '--input', needle, '--out', join(folder, 'p.csv'))).toMatchObject({ code: 1 });
  const [old] = JSON.parse((await cli('jobs', 'list', '--json')).stdout) as JobSummary[];
  // Enough newer ones, which no machine can take, to push it off the first page.
  for (let made = 0; made < 105; made += 1) {
    await callHub(hub, '/jobs', {
      method: 'POST',
      json: {
        app: { name: 'crash' },
        input: { sha256: old?.input.sha256, name: `straw-${made}.csv` },
        options: { labels: { nowhere: 'to be found' } },
      },
    });
  }
  const { jobs, nextBefore } = await callHub<JobPage>(hub, '/jobs?limit=100');
  expect(jobs).toHaveLength(100);
  expect(nextBefore).not.toBeNull();

  await ui.goto(`${hub.ready.url}/jobs`);
  const rows = ui.getByRole('row', { name: /^Job / });
  await expect(rows.first()).toBeVisible();
  await expect(ui.getByRole('row', { name: 'Job crash on needle.csv' })).toHaveCount(0);
  await ui.getByLabel('Filter jobs').fill('NEEDLE crash');
  await expect(rows).toHaveCount(1);
  await expect(ui.getByRole('row', { name: 'Job crash on needle.csv' })).toBeVisible();
  await ui.getByLabel('Filter jobs').fill('');
  await ui.getByRole('radio', { name: /^Failed/ }).check({ force: true });
  await expect(rows).toHaveCount(1);
  await ui.goto(`${hub.ready.url}/jobs?machine=bench-1`);
  await expect(rows).toHaveCount(1);
  await expect(ui.getByRole('button', { name: 'on bench-1' })).toBeVisible();
  const listed = await cli('jobs', 'list', '--machine', 'bench-1', '--state', 'failed', '--limit', '1');
  expect(listed.stdout).toContain(old?.id ?? 'no job');
});
