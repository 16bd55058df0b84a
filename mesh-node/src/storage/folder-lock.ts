import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { hasProc, readStat, startTicks } from '../runners/process/proc.js';
import { isMissing } from './json-file.js';

const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const stat = hasProc ? readStat(pid) : null;
  // Ended, and nobody has asked how: in a container whose first process asks for none, it stays so for ever.
  if (stat?.state === 'Z') return false;
  // The number may have gone to another program since: same number, other start time.
  return started === null || stat === null || stat.started === started;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The process of the agent that runs in that folder now. */
export async function lockHolder(folder: string): Promise<number | undefined> {
  const holder = await readHolder(join(folder, 'lock.json'));
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined;
}

/**
 * Makes this process the folder's only agent. A lock whose process is gone is taken over.
 * @returns the disposer
 * @throws MeshdeckError `data-dir-in-use`
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, started: startTicks(process.pid) } satisfies Holder);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
      return async () => {
        const holder = await readHolder(path);
        if (holder?.pid === process.pid) await rm(path, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = await readHolder(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new MeshdeckError(
        'data-dir-in-use',
        `Another agent (process ${holder.pid}) already uses ${folder}. Stop it, or give this one its own folder with --data.`,
      );
    }
    await rm(path).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
  throw new MeshdeckError('data-dir-in-use', `Another agent is just starting in ${folder}.`);
}
