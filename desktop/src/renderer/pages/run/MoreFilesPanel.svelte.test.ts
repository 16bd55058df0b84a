import { fireEvent, screen } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { fileOf } from '../../testing/files.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import { MoreFiles } from './more-files.svelte.js';
import MoreFilesPanel from './MoreFilesPanel.svelte';

function show(table = 'weights.csv') {
  const files = new MoreFiles();
  const { update } = render(MoreFilesPanel, { files, problem: files.problemBeside(table) });
  return {
    files,
    pick(...picked: File[]) {
      const input = screen.getByLabelText('Add files');
      fireEvent.change(input, { target: { files: picked } });
      flushSync();
      update({ problem: files.problemBeside(table) });
    },
    rename(from: string, to: string) {
      const field = screen.getByDisplayValue(from);
      user.type(field, to);
      update({ problem: files.problemBeside(table) });
    },
  };
}
const problem = () => screen.queryByRole('alert')?.textContent;

it('takes several files, by names that may be changed and taken away', () => {
  const { files, pick, rename } = show();
  pick(fileOf('truth.csv', 'abc'), fileOf('größe (2).csv', 'x'));
  rename('truth.csv', 'labels.csv');
  expect(files.rows.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['labels.csv', 3],
    ['größe (2).csv', 1],
  ]);
  expect(problem()).toBeUndefined();
  user.click(screen.getByRole('button', { name: 'Take away labels.csv' }));
  expect(files.rows.map(({ name }) => name)).toEqual(['größe (2).csv']);
});

it.each([
  ['weights.csv', 'Two files are called weights.csv: give one of them another name.'],
  [
    'Weights.csv',
    'weights.csv and Weights.csv are the same name on some machines: give one of them another.',
  ],
  ['../x', '"../x" cannot be the name of a file.'],
  ['', 'A file has no name.'],
])('says why a file beside weights.csv cannot be called %j', (name, sentence) => {
  const { pick, rename } = show();
  pick(fileOf('other.csv'));
  rename('other.csv', name);
  expect(problem()).toBe(sentence);
});

it('refuses an empty file by name', () => {
  const { pick } = show();
  pick(fileOf('nothing.csv', ''));
  expect(problem()).toBe('nothing.csv is empty.');
});
