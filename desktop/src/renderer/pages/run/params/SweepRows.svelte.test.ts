import type { ParamDeclarations } from '@meshdeck/shared';
import { screen } from '@testing-library/dom';
import { expect, it } from 'vitest';
import { render } from '../../../testing/render.svelte.js';
import { user } from '../../../testing/user.js';
import { SweepFields } from './sweep-fields.svelte.js';
import SweepRows from './SweepRows.svelte';

function show(declared?: ParamDeclarations) {
  const sweep = new SweepFields(() => declared);
  render(SweepRows, { sweep, declared });
  return sweep;
}
const add = () => user.click(screen.getByRole('button', { name: /^Sweep (a parameter|one more)$/ }));
const problem = () => screen.queryByRole('alert')?.textContent;
const told = () => screen.queryByRole('status')?.textContent;
const declared: ParamDeclarations = {
  rate: { type: 'number', default: 0.1, max: 1 },
  model: { type: 'string', default: 'small', choices: ['small', 'large'] },
};

it('offers one declared parameter after another, and says how many jobs that makes', () => {
  const sweep = show(declared);
  add();
  user.type(screen.getByLabelText('Values of rate for the sweep'), '0.1, 0.2,0.3');
  expect(told()).toBe('Makes 3 jobs, one for each combination.');
  add();
  user.type(screen.getByLabelText('Values of model for the sweep'), 'small, large');
  expect(told()).toBe('Makes 6 jobs, one for each combination.');
  expect(sweep.axes()).toEqual([
    { param: 'rate', values: [0.1, 0.2, 0.3] },
    { param: 'model', values: ['small', 'large'] },
  ]);
  user.click(screen.getByRole('button', { name: 'Do not sweep rate' }));
  expect(told()).toBe('Makes 2 jobs, one for each combination.');
});

it.each([
  ['', 'Give the values of "rate" with commas between them, such as 1, 2, 3.'],
  ['0.1,', 'Give the values of "rate" with commas between them, such as 1, 2, 3.'],
  ['0.1, 0.1', '"rate" has 0.1 twice.'],
  ['0.1, 2', '"rate" has to be 1 at most, not 2.'],
  ['0.1, fast', '"rate" needs a number, not "fast".'],
])('says what is wrong with the values %j', (values, sentence) => {
  show(declared);
  add();
  user.type(screen.getByLabelText('Values of rate for the sweep'), values);
  expect(problem()).toBe(sentence);
  expect(told()).toBeUndefined();
});

it('takes a name where the app declares nothing, and refuses more jobs than there may be', () => {
  show();
  for (const name of ['a', 'b']) {
    add();
    const at = name === 'a' ? 1 : 2;
    user.type(screen.getByLabelText(`Parameter ${at} of the sweep`), name);
    const values = Array.from({ length: 40 }, (_, value) => value).join(',');
    user.type(screen.getByLabelText(`Values of ${name} for the sweep`), values);
  }
  expect(problem()).toBe('That would make 1,600 jobs; 1000 are the most.');
});

it('refuses a hundred thousand values at once', () => {
  show(declared);
  add();
  const values = Array.from({ length: 100_000 }, (_, at) => at).join(',');
  user.type(screen.getByLabelText('Values of rate for the sweep'), values);
  expect(problem()).toBe('"rate" has 100,000 values; 1000 are the most.');
});

it('refuses one parameter in two rows', () => {
  show(declared);
  for (const values of ['0.1', '0.2']) {
    add();
    user.type(screen.getAllByLabelText(/^Values of/).at(-1) as Element, values);
  }
  user.choose(screen.getByLabelText('Parameter 2 of the sweep'), 'rate');
  expect(problem()).toBe('A parameter is swept twice: give all its values in one row.');
});
