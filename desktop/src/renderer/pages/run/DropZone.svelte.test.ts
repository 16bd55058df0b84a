import Table from '@lucide/svelte/icons/table-2';
import { fireEvent, screen } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import { fileOf } from '../../testing/files.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import DropZone from './DropZone.svelte';

const open = (
  over: { chosen?: { name: string; bytes: number | null; words: string } | null; problem?: string } = {},
) => {
  const onfiles = vi.fn<(files: File[]) => void>();
  const onclear = vi.fn();
  const rendered = render(DropZone, {
    label: 'Table (CSV)',
    accept: '.csv',
    hint: 'A header line, then rows.',
    icon: Table,
    chosen: over.chosen ?? null,
    problem: over.problem ?? null,
    progress: null as number | null,
    onfiles,
    onclear,
  });
  return { onfiles, onclear, zone: screen.getByRole('group'), ...rendered };
};

it('takes what is dropped, all of it, and keeps the browser from opening it', () => {
  const { onfiles, zone } = open();
  const files = [fileOf('a.csv'), fileOf('model.onnx')];
  user.drop(zone, files);
  expect(onfiles).toHaveBeenCalledExactlyOnceWith(files);
  const event = new Event('drop', { bubbles: true, cancelable: true });
  expect(fireEvent(zone, event)).toBe(false);
  expect(onfiles).toHaveBeenLastCalledWith([]);
});

it('shows that something is held over it until it is dropped or carried away', () => {
  const { zone } = open();
  const isOver = () => zone.classList.contains('over');
  fireEvent.dragOver(zone);
  flushSync();
  expect(isOver()).toBe(true);
  fireEvent.dragLeave(zone);
  flushSync();
  expect(isOver()).toBe(false);
  fireEvent.dragOver(zone);
  user.drop(zone, []);
  expect(isOver()).toBe(false);
});

it('can be given the same file again after it was changed', () => {
  const { onfiles } = open();
  const input = screen.getByLabelText<HTMLInputElement>('Table (CSV)', { selector: 'input' });
  Object.defineProperty(input, 'files', { value: [fileOf('a.csv')] });
  fireEvent.change(input);
  expect(onfiles.mock.calls[0]?.[0]?.map(({ name }) => name)).toEqual(['a.csv']);
  expect(input.value).toBe('');
});

it('names what was chosen with its size, and gives it back', () => {
  const { onclear, zone } = open({ chosen: { name: 'wells.csv', bytes: 2048, words: 'of an earlier job' } });
  expect(zone.textContent).toContain('wells.csv');
  expect(zone.textContent).toContain('2.0 KiB · of an earlier job');
  user.click(screen.getByRole('button', { name: 'Take away wells.csv' }));
  expect(onclear).toHaveBeenCalledTimes(1);
});

it('says what stands against a file, and how much of one is sent', () => {
  const { update } = open({ problem: 'wells.xlsx is no CSV file.' });
  expect(screen.getByRole('alert').textContent).toBe('wells.xlsx is no CSV file.');
  expect(screen.queryByRole('progressbar')).toBeNull();
  update({ progress: 0.426, problem: null });
  expect(screen.getByRole('progressbar', { name: 'Upload' }).getAttribute('aria-valuenow')).toBe('43');
  expect(screen.queryByRole('alert')).toBeNull();
});
