import { mkdir, writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { it } from 'vitest';
import { openDataFolder } from '../storage/data-folder.js';
import { temporaryFolder } from '../testing/test-agent.js';
import { measureProtection } from './measure-protection.js';
import { openSandbox } from './open-sandbox.js';
it('x', async () => {
  const data = await openDataFolder(await temporaryFolder());
  await writeFile(data.identityFile, 'key', { mode: 0o600 });
  const logger = pino({ level: 'debug' });
  const sandbox = await openSandbox({ data, slots: 2, programs: async () => [], logger });
  const t = Date.now();
  console.log(JSON.stringify(await measureProtection({ sandbox, folder: data.path + '/sandbox/probe', keyFile: data.identityFile, signal: new AbortController().signal, logger }), null, 1), Date.now() - t);
}, 60000);
