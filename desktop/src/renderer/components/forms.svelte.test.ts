import { screen } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import LimitFields from './LimitFields.svelte';
import { limitsFromValues, valuesFromLimits } from './limit-values.js';
import PasswordField from './PasswordField.svelte';
import RevokeGrantsCheckbox from './RevokeGrantsCheckbox.svelte';
import SegmentedControl from './SegmentedControl.svelte';

it('asks a new password for ten letters, a known one for any, and tells password managers which it is', () => {
  const { unmount } = render(PasswordField, { label: 'New password', value: '', kind: 'new' });
  const fresh = screen.getByLabelText<HTMLInputElement>('New password');
  expect([fresh.minLength, fresh.autocomplete, fresh.type]).toEqual([10, 'new-password', 'password']);
  unmount();
  render(PasswordField, { label: 'Password', value: '', kind: 'current' });
  const known = screen.getByLabelText<HTMLInputElement>('Password');
  expect([known.minLength, known.autocomplete]).toEqual([1, 'current-password']);
});

it('shows a password only while it is asked to', () => {
  render(PasswordField, { label: 'Password', value: 'correct horse', kind: 'current' });
  const field = screen.getByLabelText<HTMLInputElement>('Password');
  user.click(screen.getByRole('button', { name: 'Show the password' }));
  expect([field.type, field.value]).toEqual(['text', 'correct horse']);
  user.click(screen.getByRole('button', { name: 'Hide the password' }));
  expect(field.type).toBe('password');
});

it('takes an emptied limit for none, and writes sizes in MiB', () => {
  const texts = $state(
    valuesFromLimits({
      maxWaitingJobs: 8,
      maxRunningJobs: null,
      maxUploadBytes: 64 * 1024 * 1024,
      maxStoredBytes: 1,
    }),
  );
  render(LimitFields, { texts });
  const field = (name: RegExp) => screen.getByLabelText<HTMLInputElement>(name);
  expect(field(/Unfinished jobs/).value).toBe('8');
  expect(field(/running at once/).value).toBe('');
  expect(field(/Largest upload/).value).toBe('64');
  expect(field(/kept, MiB/).value, 'a limit below the unit is no limit of nothing').toBe('1');
  user.type(field(/Unfinished jobs/), '');
  user.type(field(/Largest upload/), '2');
  expect(limitsFromValues(texts)).toEqual({
    maxWaitingJobs: null,
    maxRunningJobs: null,
    maxUploadBytes: 2 * 1024 * 1024,
    maxStoredBytes: 1024 * 1024,
  });
});

it('offers to end what else somebody holds only where there is something, as what happens unless it is kept', () => {
  const { unmount, target } = render(RevokeGrantsCheckbox, {
    grants: { keys: 0, invitations: 0 },
    whose: 'your',
    keep: false,
  });
  expect(target.querySelector('input')).toBeNull();
  unmount();
  render(RevokeGrantsCheckbox, { grants: { keys: 2, invitations: 0 }, whose: 'Bob’s', keep: false });
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: /End Bob’s 2 API keys too/ });
  expect(box.checked).toBe(true);
  user.click(box);
  expect(box.checked).toBe(false);
});

it('tells which choice was made by its value, and how many each has', () => {
  const onchange = vi.fn();
  render(SegmentedControl, {
    label: 'Presence',
    value: 'all',
    onchange,
    options: [
      { value: 'all', label: 'All', count: 3 },
      { value: 'lost', label: 'Lost', count: 0 },
    ],
  });
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'All 3' }).checked).toBe(true);
  user.click(screen.getByRole('radio', { name: 'Lost 0' }));
  expect(onchange).toHaveBeenCalledExactlyOnceWith('lost');
});
