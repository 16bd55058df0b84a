import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { findPython } from './python.js';

/** A folder for PATH with programs that print fixed lines. */
function pathWith(programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'meshdeck-path-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  return folder;
}

const says = (version: string, executable: string) => `echo ${version}; echo ${executable}`;

test.skipIf(process.platform === 'win32')(
  'prefers python3 and names the interpreter behind a shim',
  async () => {
    const PATH = pathWith({ python3: says('3.12.1', '/opt/py/bin/python3'), python: says('3.9.0', '/x') });
    expect(await findPython({ env: { PATH } })).toEqual({ version: '3.12.1', path: '/opt/py/bin/python3' });
  },
);

test.skipIf(process.platform === 'win32')('takes python where python3 is missing or broken', async () => {
  const python = says('3.9.2', '/usr/bin/python3.9');
  expect((await findPython({ env: { PATH: pathWith({ python }) } }))?.version).toBe('3.9.2');
  expect((await findPython({ env: { PATH: pathWith({ python3: 'exit 127', python }) } }))?.version).toBe(
    '3.9.2',
  );
});

test.skipIf(process.platform === 'win32')(
  'does not take Python 2 or a stub that prints nothing',
  async () => {
    const PATH = pathWith({ python3: '', python: says('2.7.18', '/usr/bin/python2') });
    expect(await findPython({ env: { PATH } })).toBeNull();
  },
);

test.skipIf(process.platform === 'win32')(
  'uses MESHDECK_PYTHON and nothing else where it is set',
  async () => {
    const PATH = pathWith({ python3: says('3.12.1', '/a/python3'), mine: says('3.13.0', '/b/python') });
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const find = (MESHDECK_PYTHON: string) => findPython({ env: { PATH, MESHDECK_PYTHON }, logger });

    expect((await find('mine'))?.path).toBe('/b/python');
    expect((await find(path.join(PATH, 'mine')))?.path).toBe('/b/python');
    expect((await find(''))?.path).toBe('/a/python3');
    expect(lines).toEqual([]);
    expect(await find('/nowhere/python3')).toBeNull();
    expect(lines[0]).toContain('MESHDECK_PYTHON');
  },
);

test('is null with nothing on PATH, and does not look in the current folder', async () => {
  expect(await findPython({ env: { PATH: '' } })).toBeNull();
  expect(await findPython({ env: {} })).toBeNull();
  expect(await findPython({ env: { PATH: '.:bin' } })).toBeNull();
});
