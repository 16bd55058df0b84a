import type { ResultRows } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { answerCalls, type HubCall, refusal } from '../../../testing/hub-answers.js';
import { render } from '../../../testing/render.svelte.js';
import { user } from '../../../testing/user.js';
import { ResultPage } from './result-rows.svelte.js';
import ResultTable from './ResultTable.svelte';

const columns: ResultRows['columns'] = [
  { index: 2, name: 'prediction', role: 'prediction' },
  { index: 0, name: 'id', role: 'input' },
  { index: 1, name: '', role: 'added' },
];
/** A hub with a result of so many rows. */
function rowsOf(total: number) {
  return ({ query }: HubCall): ResultRows => {
    const offset = Number(query.get('offset'));
    const count = Math.max(0, Math.min(Number(query.get('limit')), total - offset));
    const sort = query.get('sort');
    return {
      columns,
      columnsTotal: 5,
      rows: Array.from({ length: count }, (_, at) => ({
        row: offset + at + 1,
        line: offset + at + 2,
        cells: ['0.123456789', `well ${offset + at + 1}`, ''],
        shortened: [],
      })),
      offset,
      rowsTotal: total,
      sorted:
        sort === null
          ? null
          : {
              column: columns[0] as ResultRows['columns'][number],
              descending: query.get('descending') === 'true',
              by: 'numbers',
              rows: Math.min(total, 10_000),
            },
    };
  };
}
async function open(total: number) {
  const calls = answerCalls({ 'GET /api/v1/jobs/j1/rows': rowsOf(total) });
  const page = new ResultPage('j1');
  await page.load();
  render(ResultTable, { page, output: { name: 'predictions.csv', bytes: 2048, sha256: 'c'.repeat(64) } });
  return { calls, page };
}
const pager = () => screen.getByText(/^(No rows here|[\d,]+ to [\d,]+)/).textContent;
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const lastQuery = (calls: HubCall[]) => Object.fromEntries(calls.at(-1)?.query ?? []);
const settled = async (page: ResultPage) => {
  await waitFor(() => expect(page.loading).toBe(false));
  flushSync();
};

it('pages to the end and no further', async () => {
  const { page } = await open(25);
  expect(pager()).toBe('1 to 10 of 25');
  expect(button('Rows before').disabled).toBe(true);
  for (const expected of ['11 to 20 of 25', '21 to 25 of 25']) {
    user.click(button('Rows after'));
    await settled(page);
    expect(pager()).toBe(expected);
  }
  expect(button('Rows after').disabled).toBe(true);
});

it('stays where one is when pages become longer', async () => {
  const { calls, page } = await open(500);
  for (let turn = 0; turn < 7; turn += 1) {
    user.click(button('Rows after'));
    await settled(page);
  }
  expect(pager()).toBe('71 to 80 of 500');
  user.choose(screen.getByLabelText('Rows a page'), '50');
  await settled(page);
  expect(pager()).toBe('51 to 100 of 500');
  expect(lastQuery(calls)).toEqual({ offset: '50', limit: '50' });
});

it('sorts by the place of a column up, then down, then not at all, each from the first row', async () => {
  const { calls, page } = await open(25);
  user.click(button('Rows after'));
  await settled(page);
  for (const expected of [
    { offset: '0', limit: '10', sort: '#3', descending: 'false' },
    { offset: '0', limit: '10', sort: '#3', descending: 'true' },
    { offset: '0', limit: '10' },
  ]) {
    user.click(button('prediction'));
    await settled(page);
    expect(lastQuery(calls)).toEqual(expected);
  }
});

it('shows numbers short and keeps the exact one on hover, and names a nameless column by its place', async () => {
  await open(1);
  const cell = screen.getByTitle('0.123456789');
  expect(cell.textContent).toBe('0.12346');
  expect(cell.classList.contains('right')).toBe(true);
  expect(button('#2')).toBeTruthy();
  expect(screen.getByText(/2 more columns in the download/)).toBeTruthy();
});

it('says how far a long result can be sorted', async () => {
  const { page } = await open(25_000);
  expect(screen.queryByText(/In this order the first/)).toBeNull();
  user.click(button('prediction'));
  await settled(page);
  expect(pager()).toBe('1 to 10 of 10,000');
  expect(screen.getByText(/In this order the first 10,000 rows/)).toBeTruthy();
});

it('says so where there is no row', async () => {
  await open(0);
  expect(screen.getByText('The result has no rows.')).toBeTruthy();
  expect(pager()).toBe('No rows here');
  expect(button('Rows after').disabled).toBe(true);
});

it('leaves the rows that are shown where the next ones do not come', async () => {
  const { page } = await open(25);
  answerCalls({
    'GET /api/v1/jobs/j1/rows': () => {
      throw refusal('hub-unreachable', 'The hub does not answer.');
    },
  });
  user.click(button('Rows after'));
  await settled(page);
  expect(screen.getByRole('alert').textContent).toContain('The hub does not answer.');
  expect(within(screen.getByRole('table')).getByText('well 1')).toBeTruthy();
});
