import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logText, python } from '../testing/run-app.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { createMask } from './mask.js';

const token = 'hunter2-and-more';
const key = '-----BEGIN KEY-----\nabcdefghijkl\nmnopqrstuvwx\n-----END KEY-----';

/** Every byte below a folder, as text. */
async function allText(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')))).join('\n');
}

async function run(code: string) {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const order = { ...runOrder(hub, python(code)), env: { MODE: 'fast' }, secrets: ['TOKEN', 'KEY'] };
  hub.files.secrets.set(order.attemptId, { TOKEN: token, KEY: key });
  await hub.order(agent.nodeId, order);
  return { hub, dataFolder, end: await ending(hub, order.attemptId) };
}

const result = `
import base64, os, sys
open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'w').write(
    'a\\n' + str(len(os.environ['TOKEN']) + len(os.environ['KEY'])) + os.environ['MODE'] + '\\n')
`;

it('gives an app variables and secrets, masks what it prints of them, and keeps none on disk', async () => {
  const { hub, dataFolder, end } = await run(`${result}
print('token', os.environ['TOKEN'], 'twice', os.environ['TOKEN'])
print(os.environ['KEY'])
print('base64', base64.b64encode(os.environ['TOKEN'].encode()).decode())
`);
  expect(end).toMatchObject({ type: 'succeeded' });
  if (end.type === 'succeeded')
    expect(hub.files.stored.get(end.result?.sha256 ?? '')?.toString()).toBe(
      `a\n${token.length + key.length}fast\n`,
    );
  expect(logText(hub).split('\n')).toEqual([
    ...['token *** twice ***', '***', '***', '***', '***', 'base64 ***=='],
  ]);
  // What the job left is on its way out of the folder.
  const holdsOne = () =>
    allText(dataFolder).then(
      (kept) => kept.includes(token) || kept.includes('abcdefghijkl'),
      () => true,
    );
  await expect.poll(holdsOne).toBe(false);
});

it('masks the last words of an app that crashes', async () => {
  const { end } = await run(`${result}
raise ValueError('no access with ' + os.environ['TOKEN'])
`);
  expect(end).toMatchObject({ type: 'failed', failure: { code: 'app-crashed' } });
  expect(JSON.stringify(end)).toContain('no access with ***');
  expect(JSON.stringify(end)).not.toContain(token);
});

it('masks what is left of a secret where a line was cut, and leaves other lines as they are', () => {
  const mask = createMask([token, 'short']);
  expect(mask(`x hunter2-a [cut]`)).toBe('x *** [cut]');
  expect(mask('hunter2 is a word, short too')).toBe('hunter2 is a word, short too');
  expect(mask(`"${token}"`)).toBe('"***"');
  expect(createMask([])('anything')).toBe('anything');
});
