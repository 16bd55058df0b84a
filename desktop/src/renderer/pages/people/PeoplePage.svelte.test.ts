import type { PersonView } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { expect, it } from 'vitest';
import { toasts } from '../../state/toasts.svelte.js';
import { answerCalls, type HubAnswers, refusal } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import PeoplePage from './PeoplePage.svelte';

const person = (id: string, over: Partial<PersonView> = {}): PersonView => ({
  id,
  email: `${id}@lab.test`,
  name: id,
  role: 'user',
  state: 'active',
  via: 'local',
  hasPassword: true,
  createdAt: 1000,
  lastSignInAt: null,
  sessions: 0,
  keys: 0,
  invitations: 0,
  storedBytes: 0,
  limits: null,
  ...over,
});
const hub = (...people: PersonView[]): HubAnswers => ({
  'GET /api/v1/people': () => ({ people, nextCursor: null }),
  'GET /api/v1/invitations': () => ({ invitations: [], nextCursor: null }),
  'GET /api/v1/lock-outs': () => ({ lockOuts: [], nextCursor: null }),
});
const row = (name: string) => screen.findByRole('row', { name: `Person ${name}` });
const menuOf = async (name: string) =>
  within(await row(name))
    .getAllByRole('menuitem')
    .map((item) => item.firstChild?.textContent?.trim());

it('says who gets in while nobody has an account', async () => {
  signIn();
  answerCalls(hub());
  render(PeoplePage, {});
  expect(await screen.findByText('Nobody has an account yet')).toBeTruthy();
});

it('says why nobody is shown, and tries again', async () => {
  signIn();
  answerCalls({
    'GET /api/v1/people': () => {
      throw refusal('internal', 'The people cannot be read.');
    },
  });
  render(PeoplePage, {});
  expect(await screen.findByText('The people cannot be read.')).toBeTruthy();
  answerCalls(hub(person('bob')));
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await row('bob')).toBeTruthy();
  expect(screen.queryByText('The people cannot be read.')).toBeNull();
});

it('marks oneself, and offers a password link only for those whose password is here', async () => {
  signIn();
  answerCalls(hub(person('ada'), person('eve', { via: 'ldap', hasPassword: false, state: 'disabled' })));
  render(PeoplePage, {});
  expect((await row('ada')).textContent).toContain('you');
  expect(await menuOf('ada')).toEqual([
    'Password link…',
    'Limits…',
    'Sign out everywhere…',
    'Disable',
    'Remove person…',
  ]);
  expect(await menuOf('eve')).toEqual(['Limits…', 'Sign out everywhere…', 'Enable', 'Remove person…']);
});

it('puts a role back that the hub did not give', async () => {
  signIn();
  answerCalls({
    ...hub(person('ada', { role: 'admin' })),
    'PATCH /api/v1/people/ada': () => {
      throw refusal('conflict', 'The last admin cannot be less.');
    },
  });
  render(PeoplePage, {});
  const role = await screen.findByLabelText<HTMLSelectElement>('Role of ada');
  user.choose(role, 'user');
  await waitFor(() =>
    expect(toasts.shown.map(({ message }) => message)).toEqual(['The last admin cannot be less.']),
  );
  expect(role.value).toBe('admin');
});

it('ends keys with the browsers of somebody unless they are kept', async () => {
  signIn();
  const calls = answerCalls({
    ...hub(person('bob', { keys: 2 })),
    'POST /api/v1/people/bob/sign-out': () => undefined,
  });
  render(PeoplePage, {});
  for (const [at, keeps] of [false, true].entries()) {
    user.click(within(await row('bob')).getByRole('menuitem', { name: /Sign out everywhere/ }));
    const box = screen.getByRole<HTMLInputElement>('checkbox', { name: /2 API keys/ });
    if (keeps) user.click(box);
    user.click(screen.getByRole('button', { name: 'Sign out everywhere' }));
    const sent = () => calls.filter(({ method }) => method === 'POST');
    await waitFor(() => expect(sent()).toHaveLength(at + 1));
    expect(sent().at(-1)?.body).toEqual({ keepKeysAndInvitations: keeps });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  }
});

it('shows a new password link once, and asks the hub for none before', async () => {
  signIn();
  const calls = answerCalls({
    ...hub(person('bob')),
    'POST /api/v1/people/bob/password-link': () => ({
      url: 'http://127.0.0.1:7420/welcome#abc',
      lanUrl: null,
      code: 'abc',
      expiresAt: 2000,
    }),
  });
  render(PeoplePage, {});
  await row('bob');
  expect(calls.some(({ method }) => method === 'POST')).toBe(false);
  user.click(within(await row('bob')).getByRole('menuitem', { name: /Password link/ }));
  expect(await screen.findByRole('dialog', { name: 'A new password for bob' })).toBeTruthy();
  expect(screen.getByRole('dialog').textContent).toContain('/welcome#abc');
});

it('filters by name, address, role and state once there are many', async () => {
  signIn();
  answerCalls(
    hub(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => person(id)), person('root', { role: 'admin' })),
  );
  render(PeoplePage, {});
  await row('root');
  user.type(screen.getByLabelText('Filter people'), 'admin');
  expect(
    [...document.querySelectorAll('tr[aria-label]')].map((one) => one.getAttribute('aria-label')),
  ).toEqual(['Person root']);
});
