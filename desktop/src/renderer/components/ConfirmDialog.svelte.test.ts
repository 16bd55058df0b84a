import { screen, waitFor } from '@testing-library/dom';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import { refusal } from '../testing/hub-answers.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import ConfirmDialog from './ConfirmDialog.svelte';

const open = (onconfirm: () => Promise<void>) => {
  const onclose = vi.fn();
  render(ConfirmDialog, {
    title: 'Remove lab-1?',
    confirm: 'Remove machine',
    onconfirm,
    onclose,
    children: createRawSnippet(() => ({ render: () => '<p>It has to be approved again.</p>' })),
  });
  return { onclose, confirm: screen.getByRole<HTMLButtonElement>('button', { name: 'Remove machine' }) };
};

it('closes once what was confirmed is done, and cannot be confirmed twice meanwhile', async () => {
  let done: () => void = () => undefined;
  const onconfirm = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
  const { onclose, confirm } = open(onconfirm);
  user.click(confirm);
  expect(confirm.disabled).toBe(true);
  expect(onclose).not.toHaveBeenCalled();
  done();
  await waitFor(() => expect(onclose).toHaveBeenCalledTimes(1));
  expect(onconfirm).toHaveBeenCalledTimes(1);
});

it('stays open with the reason where it was refused, and can be tried again', async () => {
  const onconfirm = vi
    .fn<() => Promise<void>>()
    .mockRejectedValueOnce(refusal('conflict', 'It still works on a job.', 'attempt 7'))
    .mockResolvedValueOnce(undefined);
  const { onclose, confirm } = open(onconfirm);
  user.click(confirm);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('It still works on a job.');
  expect(alert.textContent).toContain('conflict: attempt 7');
  expect(confirm.disabled).toBe(false);
  user.click(confirm);
  expect(screen.queryByRole('alert')).toBeNull();
  await waitFor(() => expect(onclose).toHaveBeenCalledTimes(1));
});

it('does nothing when it is kept', () => {
  const onconfirm = vi.fn(() => Promise.resolve());
  const { onclose } = open(onconfirm);
  user.click(screen.getByRole('button', { name: 'Keep' }));
  expect(onclose).toHaveBeenCalledTimes(1);
  expect(onconfirm).not.toHaveBeenCalled();
});
