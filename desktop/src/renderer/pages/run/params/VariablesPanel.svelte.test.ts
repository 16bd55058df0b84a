import type { SecretView } from '@meshdeck/shared';
import { screen, waitFor } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls, refusal } from '../../../testing/hub-answers.js';
import { signIn } from '../../../testing/people.js';
import { render } from '../../../testing/render.svelte.js';
import { user } from '../../../testing/user.js';
import { VariableFields } from './variable-fields.svelte.js';
import VariablesPanel from './VariablesPanel.svelte';

const list = 'GET /api/v1/secrets';
const secret = (name: string, whose: SecretView['whose']): SecretView => ({
  ...{ name, whose, forEveryone: true, setAt: 1, setBy: 'Ada Lovelace' },
});

function show(...secrets: SecretView[]) {
  answerCalls({ [list]: () => ({ secrets, nextCursor: null }) });
  const fields = new VariableFields();
  render(VariablesPanel, { fields });
  return fields;
}
const alerts = () => screen.queryAllByRole('alert').map(({ textContent }) => textContent);

beforeEach(() => {
  signIn();
});

it('takes variables by rows, and says which cannot be set', () => {
  const fields = show();
  user.click(screen.getByText('Add variable'));
  expect(alerts()).toEqual(['A variable has no name yet.']);
  user.type(screen.getByLabelText('Name of variable 1'), 'LD_PRELOAD');
  expect(alerts()).toEqual(['"LD_PRELOAD" cannot be set: it changes how the machine starts programs.']);
  user.type(screen.getByLabelText('Name of variable 1'), 'MODE');
  user.type(screen.getByLabelText('Value of MODE'), 'fast');
  expect(alerts()).toEqual([]);
  expect(fields.options()).toEqual({ env: { MODE: 'fast' } });
});

it("offers each secret once, one's own before the lab's, and sends names only", async () => {
  const fields = show(secret('TOKEN', 'yours'), secret('TOKEN', 'lab'), secret('DB', 'lab'));
  user.click(await screen.findByLabelText(/^TOKEN/));
  expect(screen.getAllByRole('checkbox')).toHaveLength(2);
  expect(screen.getByLabelText(/^TOKEN/).closest('label')?.textContent).toContain('yours');
  expect(fields.options()).toEqual({ secrets: ['TOKEN'] });
  user.click(screen.getByText('Add variable'));
  user.type(screen.getByLabelText('Name of variable 1'), 'TOKEN');
  expect(alerts()).toEqual(['"TOKEN" is given twice.']);
});

it('is filled in as an earlier job ran, a secret that is gone among it', async () => {
  const fields = show();
  fields.take({ labels: {}, maxAttempts: 1, priority: 'normal', env: { A: '1' }, secrets: ['GONE'] });
  flushSync();
  const gone = await screen.findByLabelText<HTMLInputElement>(/^GONE/);
  expect(gone.checked).toBe(true);
  expect(gone.closest('label')?.textContent).toContain('not there any more');
  user.click(gone);
  expect(fields.options()).toEqual({ env: { A: '1' } });
});

it('works without the list of secrets', async () => {
  const calls = answerCalls({
    [list]: () => {
      throw refusal('forbidden', 'You may not.');
    },
  });
  render(VariablesPanel, { fields: new VariableFields() });
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(screen.getByText(/^No secrets yet/)).toBeTruthy();
});
