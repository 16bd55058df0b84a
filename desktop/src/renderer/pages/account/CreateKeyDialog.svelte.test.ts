import { screen } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { answerCalls } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import CreateKeyDialog from './CreateKeyDialog.svelte';

const scopes = () => screen.getAllByRole<HTMLInputElement>('checkbox');
const create = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Create key' });

it('offers no scope whose key would be good for nothing', () => {
  signIn({
    role: 'user',
    rights: { 'people.read': 'none', 'machines.manage': 'none', 'sensors.manage': 'none' },
  });
  render(CreateKeyDialog, { onclose: vi.fn() });
  expect(scopes().map(({ value, checked }) => [value, checked])).toEqual([
    ['read', true],
    ['run', true],
  ]);
});

it('makes no key that may do nothing', () => {
  signIn();
  render(CreateKeyDialog, { onclose: vi.fn() });
  for (const scope of scopes().filter(({ checked }) => checked)) user.click(scope);
  expect(create().disabled).toBe(true);
});

it('asks for what was chosen, and shows the key once it is made', async () => {
  signIn();
  const calls = answerCalls({
    'POST /api/v1/keys': () => ({
      id: 'k1',
      name: 'nightly',
      scopes: ['read'],
      owner: { id: 'ada', name: 'Ada' },
      createdAt: 1,
      expiresAt: 2,
      lastUsedAt: null,
      key: 'mdk_secret',
    }),
  });
  render(CreateKeyDialog, { onclose: vi.fn() });
  user.type(screen.getByLabelText('Name'), 'nightly');
  user.choose(screen.getByLabelText('Good for'), '30');
  user.click(screen.getByRole('checkbox', { name: /^run/ }));
  user.submit(document.getElementById('create-key') as HTMLFormElement);
  expect(await screen.findByText('mdk_secret')).toBeTruthy();
  expect(calls.map(({ body }) => body)).toEqual([
    { name: 'nightly', scopes: ['read'], ttlSeconds: 30 * 86_400 },
  ]);
  expect(screen.getByText(/not shown again/)).toBeTruthy();
});
