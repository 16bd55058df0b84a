import { screen } from '@testing-library/dom';
import { expect, it } from 'vitest';
import { render } from '../../testing/render.svelte.js';
import FailureNote from './FailureNote.svelte';

const details = () => document.querySelector('details');

it('shows what a crashed app said last, and folds what is technical', () => {
  const failure = { code: 'app-crashed' as const, message: 'The app crashed.', detail: 'ValueError: NaN' };
  const { update } = render(FailureNote, { failure });
  expect(screen.getByText("The app's last words")).toBeTruthy();
  expect(details()?.open).toBe(true);
  update({ failure: { code: 'transfer-failed', message: 'A file did not come.', detail: 'ECONNRESET' } });
  expect(screen.getByText('Technical detail (transfer-failed)')).toBeTruthy();
  expect(details()?.open).toBe(false);
});
