import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goodPython, logText, node, python, runOne } from '../testing/run-app.js';
import { ending, runOrder } from '../testing/test-agent.js';

/** Every file below a folder with its content and inode. */
async function filesBelow(folder: string): Promise<Map<string, { inode: number; text: string }>> {
  const names = await readdir(folder, { recursive: true });
  const files = new Map<string, { inode: number; text: string }>();
  for (const name of names) {
    const facts = await stat(join(folder, name));
    if (!facts.isFile()) continue;
    files.set(name, { inode: facts.ino, text: await readFile(join(folder, name), 'utf8') });
  }
  return files;
}

it.each([
  [
    'Python',
    python(
      `${goodPython}
here = os.path.dirname(os.path.abspath(__file__))
for path in [os.environ['MESHDECK_INPUT'], os.path.join(here, 'weights.txt')]:
    print('inode', os.stat(path).st_ino)
    with open(path, 'a') as f: f.write('poison')
    os.chmod(path, 0o777)
    os.remove(path)`,
      { files: { 'weights.txt': 'weights' } },
    ),
  ],
  [
    'Node',
    node(
      `import { appendFileSync, copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
       writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n1\\n2\\n3\\n');
       for (const path of [process.env.MESHDECK_INPUT, 'weights.txt']) {
         console.log('inode', statSync(path).ino);
         appendFileSync(path, 'poison');
         rmSync(path);
       }`,
      { files: { 'weights.txt': 'weights' } },
    ),
  ],
])('lets a %s app write to and remove all it was given, and keeps the cache clean', async (_what, app) => {
  const { hub, end, agent, dataFolder, order } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded' });
  const cached = await filesBelow(join(dataFolder, 'cache'));
  expect(cached.get(`file-${order.input.sha256}`)?.text).toBe('id,value\n1,10\n2,20\n3,30\n');
  expect(cached.get(`bundle-${order.app.bundle.sha256}/weights.txt`)?.text).toBe('weights');
  const inodes = [...logText(hub).matchAll(/^inode (\d+)$/gm)].map(([, inode]) => Number(inode));
  expect(inodes).toHaveLength(2);
  for (const { inode } of cached.values()) expect(inodes).not.toContain(inode);
  const again = runOrder(hub, app);
  await hub.order(agent.nodeId, again);
  expect(await ending(hub, again.attemptId)).toMatchObject({ type: 'succeeded', facts: { rows: 3 } });
});
