import { screen, waitFor, within } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { nodes } from '../../live/nodes.svelte.js';
import { router } from '../../router/router.svelte.js';
import { app, check, preparedSample } from '../../testing/checks.js';
import { fileOf } from '../../testing/files.js';
import { answerCalls, type HubAnswers, refusal } from '../../testing/hub-answers.js';
import { jobView } from '../../testing/jobs.js';
import { knowMachines, machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import RunPage from './RunPage.svelte';

const inventory = { protection: null } as unknown as (typeof nodes.list)[number]['inventory'];
const sample = {
  name: 'digits',
  title: 'Handwritten digits',
  description: 'Reads digits.',
  runtime: 'onnx' as const,
  inputName: 'digits.csv',
  inputBytes: 4096,
};
const basics: HubAnswers = {
  'GET /api/v1/samples': () => ({ samples: [sample] }),
  'GET /api/v1/apps': () => ({ apps: [], nextCursor: null }),
  'POST /api/v1/samples/digits': () => preparedSample('digits'),
};
const run = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Run on the mesh' });
const line = () => run().parentElement?.querySelector('[role=status]')?.textContent.trim();
const zones = () => screen.getAllByRole('group').filter((group) => group.classList.contains('zone'));
const drop = (at: number, ...files: File[]) => user.drop(zones()[at] as Element, files);
const reading = () => screen.getByRole('region', { name: 'How this table is read' });
const chooseSample = async () => user.click(await screen.findByRole('button', { name: /^Sample Hand/ }));

beforeEach(() => {
  signIn();
  knowMachines(machine('lab-1', { inventory }));
});

it('says what is still missing, one step after another', () => {
  answerCalls(basics);
  render(RunPage, {});
  expect(line()).toBe('Choose a model or app and a table, or pick a sample.');
  drop(0, fileOf('model.onnx'));
  expect(line()).toBe('A table is still missing.');
  user.click(screen.getByRole('button', { name: 'Take away model.onnx' }));
  drop(1, fileOf('wells.csv'));
  expect(line()).toBe('A model or app is still missing.');
  expect(run().disabled).toBe(true);
});

it('tells files apart that were dropped together, on whichever side', () => {
  answerCalls(basics);
  render(RunPage, {});
  drop(1, fileOf('model.onnx'), fileOf('wells.csv'));
  expect(zones().map((zone) => zone.querySelector('.name')?.textContent)).toEqual([
    'model.onnx',
    'wells.csv',
  ]);
});

it('refuses what is no table, and says what it is', () => {
  answerCalls(basics);
  render(RunPage, {});
  drop(0, fileOf('model.onnx'));
  drop(1, fileOf('wells.pdf'));
  expect(screen.getByRole('alert').textContent).toMatch(/^wells.pdf is no table that Meshdeck reads/);
  expect(line()).toBe('Choose another table.');
  expect(run().disabled).toBe(true);
});

it('shows how a table is read before it is run, and by which machine', async () => {
  const calls = answerCalls({ ...basics, 'POST /api/v1/checks': () => check() });
  render(RunPage, {});
  await chooseSample();
  await waitFor(() => expect(reading().textContent).toContain('2 rows, looked at by lab-1 in 120 ms'));
  expect(calls.find(({ path }) => path === '/api/v1/checks')?.body).toMatchObject({
    app: { name: 'samples/digits', version: '0123456789ab' },
    input: { name: 'digits.csv' },
  });
  expect(line()).toBe('The strongest free machine takes it.');
});

it('asks again with what was told of the table', async () => {
  const calls = answerCalls({ ...basics, 'POST /api/v1/checks': () => check() });
  render(RunPage, {});
  await chooseSample();
  const decimal = await screen.findByLabelText<HTMLSelectElement>('Decimal sign');
  expect(decimal.selectedOptions[0]?.textContent).toMatch(/^Found: /);
  user.choose(decimal, '.');
  const asked = () => calls.filter(({ path }) => path === '/api/v1/checks');
  await waitFor(() => expect(asked()).toHaveLength(2));
  expect(asked()[1]?.body).toMatchObject({ reading: { decimal: '.' } });
  user.click(within(reading()).getByRole('button', { name: 'Find everything out' }));
  await waitFor(() => expect(asked()).toHaveLength(3));
  expect(asked()[2]?.body).toMatchObject({ reading: { decimal: null } });
});

it('lets a sheet be chosen where a workbook has several, and runs that one', async () => {
  const file = { sha256: 'c'.repeat(64), bytes: 1, name: 'wells.xlsx' };
  const source = { file, format: 'xlsx' as const, sheets: ['Notes', 'Wells'], notes: [] };
  const failure = { code: 'csv-ambiguous' as const, message: 'wells.xlsx has 2 sheets.' };
  const sheetOf = (body: unknown) => (body as { input: { sheet?: string } }).input.sheet;
  const calls = answerCalls({
    ...basics,
    'POST /api/v1/apps': () => app('wells'),
    'PUT /api/v1/files': () => file,
    'POST /api/v1/checks': ({ body }) =>
      sheetOf(body) === undefined
        ? check({ ok: false, reading: null, node: null, failure, source })
        : check({ source: { ...source, sheet: 'Wells', notes: ['1 row is hidden.'] } }),
    'POST /api/v1/jobs': () => jobView('digits', { state: 'queued', output: null }),
  });
  render(RunPage, {});
  drop(0, fileOf('model.onnx'), fileOf('wells.xlsx'));
  const sheet = await screen.findByLabelText<HTMLSelectElement>('Sheet');
  expect(sheet.selectedOptions[0]?.textContent).toBe('Choose the sheet that holds the table');
  expect(within(reading()).getByRole('status').textContent).toBe('refused');
  user.choose(sheet, 'Wells');
  await waitFor(() =>
    expect(reading().textContent).toContain('Made of wells.xlsx (Excel workbook), sheet "Wells".'),
  );
  expect(reading().textContent).toContain('1 row is hidden.');
  user.submit(run().form as HTMLFormElement);
  await waitFor(() => expect(router.route).toEqual({ page: 'job', id: 'job-digits' }));
  expect(sheetOf(calls.find(({ path }) => path === '/api/v1/jobs')?.body)).toBe('Wells');
});

it('says that an app gets its file as it is', async () => {
  answerCalls({ ...basics, 'POST /api/v1/checks': () => check({ reading: null, node: null, rows: 0 }) });
  render(RunPage, {});
  await chooseSample();
  const words = 'The app gets this file as it is and reads it by itself.';
  await waitFor(() => expect(within(reading()).getByRole('status').textContent).toBe(words));
});

it('says why a table would be refused, and lets it be run all the same', async () => {
  const failure = { code: 'csv-value-invalid' as const, message: 'Line 3: "x" is no number.' };
  answerCalls({ ...basics, 'POST /api/v1/checks': () => check({ ok: false, failure }) });
  render(RunPage, {});
  await chooseSample();
  await waitFor(() => expect(reading().textContent).toContain('Line 3: "x" is no number.'));
  expect(line()).toBe('As it stands the run would be refused: see above.');
  expect(run().disabled).toBe(false);
});

it('looks as soon as a machine is there, where none was', async () => {
  nodes.drop('id-of-lab-1');
  const calls = answerCalls({ ...basics, 'POST /api/v1/checks': () => check() });
  render(RunPage, {});
  await chooseSample();
  expect((await screen.findByText(/No machine is active, so nobody can look/)).textContent).toBeTruthy();
  expect(line()).toBe('No machine is active: the job will wait until one is.');
  expect(calls.some(({ path }) => path === '/api/v1/checks')).toBe(false);
  nodes.put(machine('lab-2', { inventory }));
  flushSync();
  await waitFor(() => expect(reading().textContent).toContain('2 rows'));
});

it('runs what was chosen with its options, and goes to the job', async () => {
  const calls = answerCalls({
    ...basics,
    'POST /api/v1/checks': () => check(),
    'POST /api/v1/jobs': () => jobView('digits', { state: 'queued', output: null }),
  });
  render(RunPage, {});
  await chooseSample();
  user.type(screen.getByLabelText('Name of the job'), ' nightly ');
  user.choose(screen.getByLabelText('Split the table over machines'), '4');
  user.type(screen.getByLabelText('Only machines with labels'), 'gpu');
  user.type(screen.getByLabelText('Stop an attempt after, seconds'), '60');
  user.submit(run().form as HTMLFormElement);
  await waitFor(() => expect(router.route).toEqual({ page: 'job', id: 'job-digits' }));
  const { name, options } = calls.find(({ path }) => path === '/api/v1/jobs')?.body as Record<
    string,
    unknown
  >;
  expect(name).toBe('nightly');
  expect(options).toMatchObject({ shards: 4, labels: { gpu: '' }, timeoutSeconds: 60, maxAttempts: 3 });
});

it('runs nothing on labels that cannot be read', async () => {
  answerCalls({ ...basics, 'POST /api/v1/checks': () => check() });
  render(RunPage, {});
  await chooseSample();
  user.type(screen.getByLabelText('Only machines with labels'), 'two words=1');
  expect(run().disabled).toBe(true);
});

it('says why the hub took no job, and can be tried again', async () => {
  answerCalls({
    ...basics,
    'POST /api/v1/checks': () => check(),
    'POST /api/v1/jobs': () => {
      throw refusal('limit-reached', 'You have 8 unfinished jobs already.');
    },
  });
  render(RunPage, {});
  await chooseSample();
  user.submit(run().form as HTMLFormElement);
  expect(await screen.findByText('You have 8 unfinished jobs already.')).toBeTruthy();
  await waitFor(() => expect(run().disabled).toBe(false));
  expect(router.route.page).toBe('machines');
});

it('says whose an app is where two have one title', async () => {
  const twins = [
    app('digits', { title: 'Digits' }),
    app('digits', { title: 'Digits', ref: 'bob/digits', whose: 'other', owner: { id: 'bob', name: 'Bob' } }),
  ];
  answerCalls({ ...basics, 'GET /api/v1/apps': () => ({ apps: twins, nextCursor: null }) });
  render(RunPage, {});
  const list = await screen.findByLabelText<HTMLSelectElement>('App from the repository');
  expect([...list.options].map((option) => option.textContent).slice(1)).toEqual([
    'Digits (the lab’s)',
    'Digits (Bob’s)',
  ]);
});
