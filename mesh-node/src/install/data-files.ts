import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { liveStateName } from '../storage/live-state.js';
import { isMissing } from '../storage/json-file.js';
import { tellingFiles } from './file-sentence.js';

/** What is removed lies in a folder of such a name for the time. */
export const graveStart = 'uninstalling-';

/** Everything an agent makes in its data folder. */
const names = new Set([
  'agent.log',
  'attempts',
  'attempts.log',
  'benchmark.json',
  'cache',
  'hub.json',
  'identity.json',
  'lock.json',
  'sandbox',
  'settings.json',
  liveStateName,
  'task.xml',
  'trash',
]);

/** Whether an agent makes a file of this name, or made it beside one while writing it. */
export const isDataName = (name: string): boolean =>
  names.has(name) ||
  names.has(name.replace(/\.(new|[0-9a-f-]{36}\.tmp)$/, '')) ||
  name.startsWith('meshdeck-door-') ||
  name.startsWith(graveStart);

/** Names that nothing but an agent gives its files: one of the common ones alone (`cache`) makes no folder an agent's. */
const marks = new Set(['identity.json', 'hub.json', 'lock.json', 'attempts.log', 'benchmark.json']);

/** Whether a folder with these names in it is an agent's data folder. */
export const isAgents = (there: readonly string[]): boolean =>
  there.length > 0 && (there.some((name) => marks.has(name)) || there.every(isDataName));

/** The names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * Makes sure that a folder may become or be an agent's: it is missing, empty, or holds what an agent makes, and is ours.
 * @throws MeshdeckError `data-dir-unwritable`
 */
export async function refuseStrangeFolder(folder: string): Promise<void> {
  await tellingFiles(folder, async () => {
    const found = await stat(folder).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (found === null) return;
    const uid = process.getuid?.();
    if (uid !== undefined && found.uid !== uid)
      throw new MeshdeckError(
        'data-dir-unwritable',
        `The folder ${folder} belongs to another user (uid ${found.uid}). Choose another with MESHDECK_NODE_DATA (or --data), or do this as that user.`,
      );
    const there = await namesIn(folder);
    if (there.length === 0 || isAgents(there)) return;
    throw new MeshdeckError(
      'data-dir-unwritable',
      `The folder ${folder} holds other files (${there.slice(0, 3).join(', ')}) and nothing of an agent. Choose a new or empty folder for it with MESHDECK_NODE_DATA (or --data).`,
    );
  });
}

/**
 * Another user could lead whoever acts in their folder, root above all, to other files.
 * @throws MeshdeckError `forbidden`
 */
export async function requireOwnFolder(folder: string): Promise<void> {
  const owner = (await stat(folder).catch(() => null))?.uid;
  const uid = process.getuid?.();
  if (owner === undefined || uid === undefined || owner === uid) return;
  throw new MeshdeckError(
    'forbidden',
    `The folder ${folder} belongs to another user (uid ${owner}). Do this as that user: sudo -u '#${owner}' ...`,
  );
}

/** The outermost folder that is missing on the way to `folder`, itself included; undefined where it is there. */
export async function firstMissing(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch((error: unknown) => (isMissing(error) ? null : undefined));
  if (found !== null) return undefined;
  return (await firstMissing(dirname(folder))) ?? folder;
}

/** How many jobs have a folder there now: they run, or their results are on the way. */
export const jobsIn = async (dataFolder: string): Promise<number> =>
  (await namesIn(join(dataFolder, 'attempts')).catch(() => [])).length;
