import type { SecretView } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls } from '../testing/hub-answers.js';
import { signIn } from '../testing/people.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import SecretsPanel from './SecretsPanel.svelte';

const list = 'GET /api/v1/secrets';
const secret = (name: string, over: Partial<SecretView> = {}): SecretView => ({
  ...{ name, whose: 'yours', forEveryone: false, setAt: 1000, setBy: 'Ada Lovelace' },
  ...over,
});
const answerWith =
  (...secrets: SecretView[]) =>
  () => ({ secrets, nextCursor: null });
const props = { title: 'Secrets', about: 'What jobs need.' };
const alerts = () => screen.queryAllByRole('alert').map(({ textContent }) => textContent);
const submit = () => user.submit(document.querySelector('form') as HTMLFormElement);

beforeEach(() => {
  signIn();
});

it('sets a secret and forgets what was typed', async () => {
  const secrets: SecretView[] = [];
  const calls = answerCalls({
    [list]: () => answerWith(...secrets)(),
    'PUT /api/v1/secrets/API_TOKEN': () => {
      secrets.push(secret('API_TOKEN'));
      return secrets[0];
    },
  });
  render(SecretsPanel, props);
  user.type(screen.getByLabelText('Name'), 'API_TOKEN');
  const value = screen.getByLabelText<HTMLInputElement>('Value');
  expect(value.type).toBe('password');
  user.type(value, 'hunter2hunter2');
  submit();
  expect(await screen.findByRole('cell', { name: 'API_TOKEN' })).toBeTruthy();
  expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({ value: 'hunter2hunter2' });
  expect(value.value).toBe('');
  expect(document.body.textContent).not.toContain('hunter2');
});

it('says why a name or a value is none, and sends nothing', async () => {
  const calls = answerCalls({ [list]: answerWith() });
  render(SecretsPanel, props);
  user.type(screen.getByLabelText('Name'), 'LD_PRELOAD');
  user.type(screen.getByLabelText('Value'), 'short');
  expect(alerts()).toEqual([
    'It changes how the machine starts programs.',
    'It needs at least 8 characters: a shorter one could not be masked in logs.',
  ]);
  submit();
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Set secret' }).disabled).toBe(true);
});

it("removes one's own after a question, and leaves the lab's alone", async () => {
  const calls = answerCalls({
    [list]: answerWith(secret('MINE'), secret('THEIRS', { whose: 'lab', forEveryone: true })),
    'DELETE /api/v1/secrets/MINE': () => undefined,
  });
  render(SecretsPanel, props);
  expect(await screen.findByText("everybody's jobs")).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Remove THEIRS' })).toBeNull();
  user.click(screen.getByRole('button', { name: 'Remove MINE' }));
  expect(calls.some(({ method }) => method === 'DELETE')).toBe(false);
  user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove secret' }));
  await waitFor(() => expect(calls.find(({ method }) => method === 'DELETE')?.query.get('lab')).toBeNull());
});

it("shows and sets only the lab's where it is about those", async () => {
  const calls = answerCalls({
    [list]: answerWith(secret('MINE'), secret('SHARED', { whose: 'lab' })),
    'PUT /api/v1/secrets/SHARED': () => secret('SHARED', { whose: 'lab' }),
  });
  render(SecretsPanel, { ...props, lab: true });
  expect(await screen.findByText('jobs of admins and operators')).toBeTruthy();
  expect(screen.queryByText('MINE')).toBeNull();
  user.type(screen.getByLabelText('Name'), 'SHARED');
  user.type(screen.getByLabelText('Value'), 'another value');
  expect(screen.getByRole('button', { name: 'Replace secret' })).toBeTruthy();
  user.click(screen.getByLabelText(/^For everybody's jobs/));
  submit();
  await waitFor(() =>
    expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
      ...{ value: 'another value', lab: true, forEveryone: true },
    }),
  );
});
