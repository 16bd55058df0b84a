import { screen, within } from '@testing-library/dom';
import { type Component, flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import { toasts } from '../state/toasts.svelte.js';
import { refusal } from '../testing/hub-answers.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import CopyButton from './CopyButton.svelte';
import LabelList from './LabelList.svelte';
import Meter from './Meter.svelte';
import ProblemNote from './ProblemNote.svelte';
import ShortId from './ShortId.svelte';
import Toasts from './Toasts.svelte';

it('says what happened, folds the technical line away, and offers the way on', () => {
  const run = vi.fn();
  render(ProblemNote, {
    error: refusal('no-eligible-node', 'No machine has enough memory.', 'asked 8 GiB'),
    action: { label: 'Try again', run },
  });
  const alert = screen.getByRole('alert');
  expect(within(alert).getByText('No machine has enough memory.')).toBeTruthy();
  const details = alert.querySelector('details');
  expect(details?.open).toBe(false);
  expect(details?.textContent).toContain('no-eligible-node: asked 8 GiB');
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(run).toHaveBeenCalledTimes(1);
});

it('shows no empty fold and no button where there is no more to say', () => {
  const { target } = render(ProblemNote, { error: refusal('conflict', 'Not now.') });
  expect(target.querySelector('details, button')).toBeNull();
});

it('takes good news away by itself and leaves a failure until it is closed', () => {
  vi.useFakeTimers();
  render(Toasts as Component<Record<string, never>, object, ''>, {});
  toasts.good('Saved.');
  toasts.bad(refusal('conflict', 'Not saved.'));
  flushSync();
  expect(screen.getByRole('status').textContent).toContain('Saved.');
  vi.advanceTimersByTime(60_000);
  flushSync();
  expect(screen.queryByRole('status')).toBeNull();
  const failure = screen.getByRole('alert');
  expect(failure.textContent).toContain('Not saved.');
  user.click(within(failure).getByRole('button', { name: 'Close message' }));
  expect(screen.queryByRole('alert')).toBeNull();
});

it('shows four messages at once and no more', () => {
  render(Toasts as Component<Record<string, never>, object, ''>, {});
  for (let at = 1; at <= 6; at += 1) toasts.bad(refusal('conflict', `Failure ${at}.`));
  flushSync();
  expect(screen.getAllByRole('alert').map((one) => one.textContent.trim())).toEqual([
    'Failure 3.',
    'Failure 4.',
    'Failure 5.',
    'Failure 6.',
  ]);
});

it('copies the whole id where a short one is shown, and says so for a moment', async () => {
  vi.useFakeTimers();
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  render(ShortId, { id: 'ABCDEFG-HIJKLMN-OPQRSTU', what: 'machine id' });
  const button = screen.getByRole('button', { name: 'Copy machine id ABCDEFG-HIJKLMN-OPQRSTU' });
  expect(button.textContent.trim()).toBe('ABCDEFG');
  user.click(button);
  await vi.waitFor(() => expect(button.textContent.trim()).toBe('Copied'));
  expect(writeText).toHaveBeenCalledExactlyOnceWith('ABCDEFG-HIJKLMN-OPQRSTU');
  vi.advanceTimersByTime(5000);
  flushSync();
  expect(button.textContent.trim()).toBe('ABCDEFG');
});

it('tells those who do not see it that something was copied', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.resolve() } });
  render(CopyButton, { text: 'npx meshdeck ui-link', what: 'command' });
  expect(screen.getByRole('status').textContent).toBe('');
  user.click(screen.getByRole('button', { name: 'Copy command' }));
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).toBe('Copied command'));
});

it('shows so many labels and tells the rest by a number that names them on hover', () => {
  render(LabelList, { labels: { gpu: '', room: 'A12', rack: '7' }, atMost: 2 });
  const items = screen.getAllByRole('listitem');
  expect(items.map((item) => item.textContent.trim())).toEqual(['gpu', 'room=A12', '+1']);
  expect(items[2]?.title).toBe('rack=7');
});

it('never draws a share beyond its ends, and says it in whole per cent', () => {
  for (const [fraction, percent] of [
    [-0.5, '0'],
    [0.426, '43'],
    [7, '100'],
  ] as const) {
    const { unmount } = render(Meter, { fraction, label: 'Load' });
    expect(screen.getByRole('meter', { name: 'Load' }).getAttribute('aria-valuenow')).toBe(percent);
    unmount();
  }
  render(Meter, { fraction: 0.5, label: 'Upload', progress: true });
  expect(screen.getByRole('progressbar', { name: 'Upload' })).toBeTruthy();
});
