import { noteLimits, type NoteView } from '@meshdeck/shared';
import { screen, within } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { notes } from '../../live/notes.svelte.js';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import MachineNotes from './MachineNotes.svelte';

const node = machine('lab-1');
const note = (id: string, over: Partial<NoteView> = {}): NoteView => ({
  id,
  nodeId: node.id,
  text: `text of ${id}`,
  author: { id: 'ada', name: 'Ada' },
  createdAt: 1000,
  ...over,
});

/** What the page knows of the room's notes. */
function know(...views: NoteView[]): void {
  notes.loaded = true;
  notes.put(...views);
}
const items = () => screen.queryAllByRole('listitem').map((item) => item.querySelector('p')?.textContent);
const open = () => render(MachineNotes, { node });

it('shows the notes of this machine, the newest first, and five of many until all are asked for', () => {
  signIn();
  know(
    note('elsewhere', { nodeId: 'other' }),
    ...[1, 2, 3, 4, 5, 6].map((n) => note(`n${n}`, { createdAt: n })),
  );
  open();
  expect(items()).toEqual(['n6', 'n5', 'n4', 'n3', 'n2'].map((id) => `text of ${id}`));
  user.click(screen.getByRole('button', { name: 'Show all 6' }));
  expect(items()).toHaveLength(6);
  notes.put(note('n7', { createdAt: 7 }));
  flushSync();
  expect(items()[0]).toBe('text of n7');
});

it('writes a note, and keeps the text where the hub refuses it', async () => {
  signIn();
  know();
  let answer = (): unknown => {
    throw refusal('conflict', 'lab-1 has 20 notes.');
  };
  const calls = answerCalls({ [`POST /api/v1/nodes/${node.id}/notes`]: () => answer() });
  open();
  const input = screen.getByRole<HTMLInputElement>('textbox', { name: 'New note' });
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Add note' });
  expect(button.disabled).toBe(true);
  user.type(input, 'Fan is loud');
  user.click(button);
  expect((await screen.findByRole('alert')).textContent).toContain('lab-1 has 20 notes.');
  expect(input.value).toBe('Fan is loud');
  answer = () => note('new', { text: 'Fan is loud' });
  user.click(button);
  expect(await screen.findByRole('listitem')).toBeTruthy();
  expect(items()).toEqual(['Fan is loud']);
  expect(input.value).toBe('');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(calls.at(-1)?.body).toEqual({ text: 'Fan is loud' });
});

it('removes a note once that is confirmed', async () => {
  signIn();
  know(note('one'));
  const calls = answerCalls({ 'DELETE /api/v1/notes/one': () => undefined });
  open();
  user.click(screen.getByRole('button', { name: 'Remove note: text of one' }));
  const dialog = screen.getByRole('dialog', { name: 'Remove this note?' });
  expect(dialog.textContent).toContain('text of one');
  user.click(within(dialog).getByRole('button', { name: 'Remove note' }));
  await expect.poll(items).toEqual([]);
  expect(calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
    '/api/v1/notes/one',
  ]);
});

it('offers to write and to remove only what the hub would let them', () => {
  know(note('mine'), note('theirs', { author: { id: 'olga', name: 'Olga' } }));
  signIn({ role: 'machine-owner', rights: { 'machines.manage': 'own' } });
  const { unmount } = open();
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getAllByRole('button', { name: /Remove note/ })).toHaveLength(1);
  unmount();
  const owned = render(MachineNotes, { node: { ...node, owner: { id: 'ada', name: 'Ada' } } });
  expect(screen.getByRole('textbox', { name: 'New note' })).toBeTruthy();
  owned.unmount();
  signIn({ role: 'user', rights: { 'machines.manage': 'none' } });
  open();
  expect(items()).toHaveLength(2);
  expect(screen.queryByRole('button')).toBeNull();
});

it('says that a machine has as many notes as it may', () => {
  signIn();
  know(...Array.from({ length: noteLimits.perMachine }, (_, at) => note(`n${at}`)));
  open();
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getByText(/at most 20 notes/)).toBeTruthy();
});

it('says why no notes came', () => {
  signIn();
  notes.error = refusal('hub-unreachable', 'The hub does not answer.');
  open();
  expect(screen.getByRole('alert').textContent).toContain('The hub does not answer.');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});
