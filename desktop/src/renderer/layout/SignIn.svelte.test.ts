import type { SignInOptions } from '@meshdeck/shared';
import { screen, waitFor } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { answerCalls, type HubAnswers, refusal } from '../testing/hub-answers.js';
import { signIn } from '../testing/people.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import SignIn from './SignIn.svelte';

const options = (over: Partial<SignInOptions> = {}): HubAnswers => ({
  'GET /api/v1/sign-in': () => ({ registration: 'invitation', hasAccounts: true, providers: [], ...over }),
});
const password = () => screen.findByLabelText<HTMLInputElement>('Password');

it('asks for no password on a hub that has no accounts, but for its link', async () => {
  answerCalls(options({ hasAccounts: false }));
  render(SignIn, {});
  expect(await screen.findByRole('heading', { name: 'Open Meshdeck with its link' })).toBeTruthy();
  expect(screen.queryByLabelText('Password')).toBeNull();
});

it('forgets the password and keeps the address where the hub refuses them', async () => {
  const calls = answerCalls({
    ...options(),
    'POST /api/v1/sign-in': () => {
      throw refusal('sign-in-failed', 'Address or password is wrong.');
    },
  });
  render(SignIn, {});
  user.type(await password(), 'correct horse');
  user.type(screen.getByLabelText('E-mail address'), 'ada@lab.test');
  user.submit((await password()).form as HTMLFormElement);
  expect(await screen.findByText('Address or password is wrong.')).toBeTruthy();
  expect((await password()).value).toBe('');
  expect(screen.getByLabelText<HTMLInputElement>('E-mail address').value).toBe('ada@lab.test');
  expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({
    email: 'ada@lab.test',
    password: 'correct horse',
  });
});

it('goes to the page that was asked for once one is in', async () => {
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined);
  answerCalls({ ...options(), 'POST /api/v1/sign-in': () => signIn() });
  history.replaceState(null, '', '/jobs?state=failed');
  render(SignIn, {});
  user.type(await password(), 'correct horse');
  user.submit((await password()).form as HTMLFormElement);
  await waitFor(() => expect(assign).toHaveBeenCalledExactlyOnceWith('/jobs?state=failed'));
  assign.mockRestore();
});

it('offers who else vouches for people, and says why one of them cannot right now', async () => {
  const provider = { id: 'o', title: 'Campus', kind: 'redirect' as const, path: '/oidc', problem: null };
  const directory = {
    id: 'l',
    title: 'Staff',
    kind: 'password' as const,
    path: null,
    problem: 'Staff is away.',
  };
  answerCalls(options({ hasAccounts: false, providers: [provider, directory] }));
  render(SignIn, {});
  expect(await screen.findByRole('button', { name: 'Sign in with Campus' })).toBeTruthy();
  expect(screen.getByLabelText('E-mail address, or your name in Staff')).toBeTruthy();
  expect(screen.getByText('Staff is away.').getAttribute('role')).toBe('status');
});

it('opens a link that was pasted, and says what one looks like where it is none', async () => {
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined);
  answerCalls(options());
  render(SignIn, {});
  const field = screen.getByLabelText<HTMLInputElement>('Got a link already? Paste it here.');
  const open = screen.getByRole<HTMLButtonElement>('button', { name: 'Open link' });
  expect(open.disabled).toBe(true);
  user.type(field, 'https://evil.test/steal');
  user.submit(field.form as HTMLFormElement);
  expect(screen.getByRole('alert').textContent).toContain('That is no Meshdeck link');
  expect(assign).not.toHaveBeenCalled();
  assign.mockRestore();
});

it('offers an account of one’s own only where everybody may make one', async () => {
  answerCalls(options());
  const { unmount } = render(SignIn, {});
  await password();
  expect(screen.queryByRole('link', { name: 'Make an account' })).toBeNull();
  expect(screen.getByText(/Ask an admin of this hub for an invitation/)).toBeTruthy();
  unmount();
  answerCalls(options({ registration: 'open' }));
  render(SignIn, {});
  expect(await screen.findByRole('link', { name: 'Make an account' })).toBeTruthy();
});
