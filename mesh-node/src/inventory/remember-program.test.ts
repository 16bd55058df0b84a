import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { rememberProgram } from './remember-program.js';

it('asks an interpreter once, and again when another one came in its place or it is gone', async () => {
  const path = join(await temporaryFolder(), 'python3');
  await writeFile(path, 'one');
  let version = '3.11.2';
  let asked = 0;
  const find = rememberProgram(async () => {
    asked += 1;
    return { version, path };
  });
  expect(await find()).toEqual({ version: '3.11.2', path });
  version = '3.12.0';
  expect(await find()).toEqual({ version: '3.11.2', path });
  expect(asked).toBe(1);
  await rm(path);
  await writeFile(path, 'another');
  expect(await find()).toEqual({ version: '3.12.0', path });
  await rm(path);
  await find();
  expect(asked).toBe(3);
});
