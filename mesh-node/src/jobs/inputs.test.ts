import { expect, it } from 'vitest';
import { inputName, requireInputName } from '../runners/process/input-name.js';
import { logText, python, runOne } from '../testing/run-app.js';

const tells = `
import json, os
folder = os.environ['MESHDECK_INPUTS']
print('first', os.path.relpath(os.environ['MESHDECK_INPUT'], folder))
print('all', json.dumps({name: open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder))}))
open(os.path.join(folder, 'scratch'), 'w').write('its own copy')
open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'w').write('a\\n1\\n')
`;
const allOf = (log: string): unknown => JSON.parse(/^all (.*)$/m.exec(log)?.[1] ?? 'null');

it('gives an app all its files in one folder, by names that stay as they are', async () => {
  const inputName = 'Ärger & Söhne (2) größe.csv';
  const inputs = { 'labels.csv': 'x\n1\n', 'notes – final.txt': 'read me' };
  const { hub, end } = await runOne(python(tells, { input: 'id\n1\n', inputName, inputs }));
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain(`first ${inputName}`);
  expect(allOf(logText(hub))).toEqual({ [inputName]: 'id\n1\n', ...inputs });
});

it('has a name for a table on every machine, and says which chosen name one cannot have', () => {
  expect(inputName('../../etc/passwd')).toBe('passwd');
  expect(inputName('a:b?.csv', 'linux')).toBe('a:b?.csv');
  expect(inputName('a:b?.csv', 'win32')).toBe('a_b_.csv');
  expect(inputName('..')).toBe('input.csv');
  expect(requireInputName('größe.csv', 'win32')).toBe('größe.csv');
  expect(() => requireInputName('nul.txt', 'win32')).toThrow(
    'This machine can have no file called "nul.txt".',
  );
  expect(() => requireInputName('a/b', 'linux')).toThrow('This machine can have no file called "a/b".');
});
