import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { findInputs } from './inputs.js';

function folderWith(...names: string[]) {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), 'x\n1\n');
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'b', 'table.csv'), 'x\n1\n');
  return (name: string) => join(folder, name);
}

it('takes the file without a name as the table, whatever its place', async () => {
  const at = folderWith('Ärger & Söhne (2) größe.csv', 'labels.csv');
  const files = await findInputs([`truth=${at('labels.csv')}`, at('Ärger & Söhne (2) größe.csv')]);
  expect(files.map(({ name }) => name)).toEqual(['Ärger & Söhne (2) größe.csv', 'truth']);
});

it('takes the first where all have names, and a path with "=" in it as a path', async () => {
  const at = folderWith('a=b.csv');
  const files = await findInputs([`one=${at('a=b.csv')}`, `two=${at('a=b.csv')}`]);
  expect(files.map(({ name }) => name)).toEqual(['one', 'two']);
  expect((await findInputs([at('a=b.csv')]))[0]?.name).toBe('a=b.csv');
});

it('refuses two files of one name, and one that is not there', async () => {
  const at = folderWith('table.csv', 'Other.csv', 'other.csv');
  await expect(findInputs([at('table.csv'), at('b/table.csv')])).rejects.toThrow(
    'Two files are called "table.csv": name one of them with --input NAME=FILE.',
  );
  await expect(findInputs([at('Other.csv'), at('other.csv')])).rejects.toThrow(
    'are the same name on some machines',
  );
  await expect(findInputs([`x=${at('nowhere.csv')}`])).rejects.toThrow('There is no file');
});
