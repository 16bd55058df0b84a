import { screen } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import type { ParamDeclarations } from '@meshdeck/shared';
import { render } from '../../../testing/render.svelte.js';
import { user } from '../../../testing/user.js';
import { ParamFields } from './param-fields.svelte.js';
import ParamsPanel from './ParamsPanel.svelte';

const params: ParamDeclarations = {
  threshold: { type: 'number', default: 1, min: 0, max: 10, help: 'Scores above it count.' },
  model: { type: 'string', choices: ['small', 'large'] },
  note: { type: 'text', optional: true },
  verbose: { type: 'boolean', default: false },
};

function show(app: { params?: ParamDeclarations } = { params }) {
  const fields = new ParamFields();
  fields.declare({ ref: 'lab/scale', runtime: 'python', ...app });
  render(ParamsPanel, { fields });
  return fields;
}
const alerts = () => screen.queryAllByRole('alert').map((alert) => alert.textContent);

it('has a field for each parameter, with its default, its range and its help', () => {
  const fields = show();
  const threshold = screen.getByLabelText<HTMLInputElement>('threshold');
  expect(threshold.value).toBe('1');
  expect(threshold.closest('.field')?.textContent).toContain(
    'Scores above it count. (number, 0 to 10, default 1)',
  );
  expect(alerts()).toEqual(['It has no default and has to be given.']);
  user.choose(screen.getByLabelText('model'), 'large');
  expect(alerts()).toEqual([]);
  expect(fields.values()).toEqual({ threshold: '1', model: 'large', verbose: 'false' });
  user.click(screen.getByLabelText('verbose'));
  expect(fields.values()).toMatchObject({ verbose: 'true' });
});

it('says in words what is wrong with a value', () => {
  const fields = show({ params: { threshold: { type: 'number', default: 1, max: 10 } } });
  user.type(screen.getByLabelText('threshold'), '0,5');
  expect(alerts()).toEqual(['It needs a number; write 0.5 instead of "0,5".']);
  user.type(screen.getByLabelText('threshold'), '11');
  expect(alerts()).toEqual(['It has to be 10 at most, not 11.']);
  expect(fields.isWell).toBe(false);
});

it('takes parameters by names that every object knows', () => {
  // As it comes from a manifest: TypeScript would take these for the functions of every object.
  const text = '{"constructor": {"type": "number", "default": 3}, "toString": {"type": "string"}}';
  const fields = show({ params: JSON.parse(text) as ParamDeclarations });
  expect(screen.getByLabelText<HTMLInputElement>('constructor').value).toBe('3');
  expect(screen.getByLabelText<HTMLInputElement>('toString').value).toBe('');
  expect(alerts()).toEqual(['It has no default and has to be given.']);
  user.type(screen.getByLabelText('toString'), 'x');
  expect(alerts()).toEqual([]);
  expect(fields.values()).toEqual({ constructor: '3', toString: 'x' });
});

it('says of a swept parameter where its values are', () => {
  const fields = show({ params: { rate: { type: 'number' } } });
  user.click(screen.getByRole('button', { name: 'Sweep a parameter' }));
  user.type(screen.getByLabelText('Values of rate for the sweep'), '1, 2');
  expect(screen.getByLabelText<HTMLInputElement>('rate').disabled).toBe(true);
  expect(screen.getByText('Swept: see its values below.')).toBeTruthy();
  expect(fields.isWell).toBe(true);
  expect(fields.values()).toBeUndefined();
});

it('takes rows of names and values where the app declares nothing', () => {
  const fields = show({});
  user.click(screen.getByRole('button', { name: 'Add parameter' }));
  expect(alerts()).toEqual(['A parameter has no name yet.']);
  user.type(screen.getByLabelText('Name of parameter 1'), 'epochs');
  user.type(screen.getByLabelText('Value of epochs'), '5');
  expect(fields.values()).toEqual({ epochs: 5 });
  user.click(screen.getByRole('button', { name: 'Remove epochs' }));
  expect(fields.values()).toBeUndefined();
});

it('fills in what an earlier job ran with, whether or not the app declares it', () => {
  const fields = show({});
  fields.take({ threshold: 2, mode: 'fast' });
  flushSync();
  expect(fields.values()).toEqual({ threshold: 2, mode: 'fast' });
  fields.declare({ ref: 'lab/scale', runtime: 'python', params });
  flushSync();
  expect(screen.getByLabelText<HTMLInputElement>('threshold').value).toBe('2');
  expect(fields.values()).toMatchObject({ threshold: '2' });
});
