import { lstat, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { moveToGrave, removeTree } from '../storage/remove-tree.js';
import { graveStart, isAgents, isDataName, namesIn } from './data-files.js';
import { installingName, isRelease, recordName } from './place.js';

/** What was removed, and what was found and left, each with the reason. */
export interface Removal {
  removed: string[];
  left: { path: string; why: string }[];
}

const exists = async (path: string) => (await lstat(path).catch(() => null)) !== null;
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Removes an emptied folder, and says what else lies in it where it is not empty. */
async function removeEmptied(folder: string, removal: Removal): Promise<boolean> {
  try {
    await rmdir(folder);
    removal.removed.push(folder);
    return true;
  } catch (error) {
    const strange = await namesIn(folder).catch(() => []);
    const why =
      strange.length === 0
        ? wordsOf(error)
        : `it holds what is not Meshdeck's: ${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', ...' : ''}`;
    removal.left.push({ path: folder, why });
    return false;
  }
}

/** Removes what an agent made in its data folder, however jobs left it, and the folder where nothing else is in it. */
export async function removeDataFolder(folder: string): Promise<Removal> {
  const removal: Removal = { removed: [], left: [] };
  const found = await lstat(folder).catch(() => null);
  if (found === null) return removal;
  const there = await namesIn(folder);
  const names = isAgents(there) ? there.filter(isDataName) : [];
  if (names.length === 0) {
    removal.left.push({ path: folder, why: 'there is nothing of an agent in it' });
    return removal;
  }
  const grave = await mkdtemp(join(folder, graveStart));
  for (const name of names) {
    try {
      const moved = await moveToGrave(join(folder, name), grave);
      const kept = moved === null ? new Map<string, Error>() : await removeTree(moved, grave);
      for (const [path, error] of kept) removal.left.push({ path, why: wordsOf(error) });
    } catch (error) {
      removal.left.push({ path: join(folder, name), why: wordsOf(error) });
    }
  }
  await rmdir(grave).catch(() => undefined); // what is left in it was named
  await removeEmptied(folder, removal);
  return removal;
}

/** Removes the releases, the command and the record of a program folder, and the folder where nothing else is in it. */
export async function removeProgram(prefix: string): Promise<Removal> {
  const removal: Removal = { removed: [], left: [] };
  const own = (name: string) =>
    isRelease(name) || ['current', 'current.new', recordName, installingName].includes(name);
  const commands = ['meshdeck-node', 'meshdeck-node.cmd'].map((name) => join(prefix, 'bin', name));
  const paths = [...(await readdir(prefix)).filter(own).map((name) => join(prefix, name)), ...commands];
  for (const path of paths) {
    await rm(path, { recursive: true, force: true }).catch((error: unknown) =>
      removal.left.push({ path, why: wordsOf(error) }),
    );
  }
  const bin = join(prefix, 'bin');
  if (await exists(bin)) await rmdir(bin).catch(() => undefined); // it is named as part of the folder
  await removeEmptied(prefix, removal);
  return removal;
}

/** Removes the folders that were made on the way to `folder`, from the inside out, as long as they are empty. */
export async function removeMade(folder: string, made: readonly string[]): Promise<string[]> {
  const removed: string[] = [];
  const outermost = made.find((each) => folder === each || folder.startsWith(`${each}/`));
  if (outermost === undefined || folder === outermost) return removed;
  for (let path = dirname(folder); path.startsWith(outermost); path = dirname(path)) {
    try {
      await rmdir(path);
      removed.push(path);
    } catch {
      break; // somebody else uses it meanwhile
    }
  }
  return removed;
}
