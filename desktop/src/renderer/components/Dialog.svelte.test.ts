import { fireEvent, screen } from '@testing-library/dom';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import Dialog from './Dialog.svelte';

const snippet = (html: string) => createRawSnippet(() => ({ render: () => html }));
const open = (onclose = vi.fn()) => ({
  onclose,
  ...render(Dialog, {
    title: 'Rename machine',
    onclose,
    children: snippet('<label>Name <input /></label>'),
    footer: snippet('<button>Save</button>'),
  }),
});

it('opens over the page under its title, with the focus in its first field', () => {
  open();
  const dialog = screen.getByRole<HTMLDialogElement>('dialog', { name: 'Rename machine' });
  expect(dialog.open).toBe(true);
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Name' }));
});

it('gives the focus back to what opened it', () => {
  const opener = document.body.appendChild(document.createElement('button'));
  opener.focus();
  const { unmount } = open();
  expect(document.activeElement).not.toBe(opener);
  unmount();
  expect(document.activeElement).toBe(opener);
  opener.remove();
});

it('asks to be closed by its button, by Escape and by a press beside it, and not by one inside', () => {
  const { onclose } = open();
  const dialog = screen.getByRole('dialog');
  user.click(screen.getByRole('button', { name: 'Close' }));
  expect(onclose).toHaveBeenCalledTimes(1);
  // What the browser makes of Escape; the dialog stays until its owner takes it away.
  expect(fireEvent(dialog, new Event('cancel', { cancelable: true }))).toBe(false);
  expect(onclose).toHaveBeenCalledTimes(2);
  fireEvent.pointerDown(dialog);
  expect(onclose).toHaveBeenCalledTimes(3);
  fireEvent.pointerDown(screen.getByRole('textbox'));
  expect(onclose).toHaveBeenCalledTimes(3);
});
