import { existsSync } from 'node:fs';
import { lstat, mkdtemp, opendir, readFile, realpath, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '../inventory/run-program.js';
import { listPids, userOf } from '../runners/process/proc.js';
import { moveToGrave, removeTree } from '../storage/remove-tree.js';
import type { JobUser } from './job-users.js';
import { setprivArguments } from './setpriv-arguments.js';

/** Where everybody may leave files, and in memory. */
const sharedPlaces = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock', '/var/lock'];
/** Folders below these that everybody may write to are looked into so deep. */
const deepest = 3;
const mostEntries = 20_000;
const patienceMs = 3000;

/** A fixed program: ends all that its user may end, itself excepted [kill(2), pid -1]. Nothing can fork its way out of that. */
const endAll = ['/bin/sh', '-c', 'kill -9 -1'];

const processesOf = (uid: number) => listPids().filter((pid) => userOf(pid) === uid);

/** The numbers of System V objects that a user made, from a table of /proc/sysvipc with a line of headings. */
function madeBy(uid: number, table: string): string[] {
  const [head = '', ...lines] = table.split('\n').map((line) => line.trim().split(/\s+/));
  const owner = head.indexOf('uid');
  return lines.filter((fields) => fields[owner] === String(uid)).flatMap((fields) => fields[1] ?? []);
}

async function removeFromShared(uid: number): Promise<void> {
  let looked = 0;
  async function clear(top: string, folder: string, depth: number): Promise<void> {
    for await (const { name } of await opendir(folder)) {
      if ((looked += 1) > mostEntries) return;
      const path = join(folder, name);
      const facts = await lstat(path).catch(() => null);
      if (facts === null) continue;
      if (facts.uid !== uid) {
        if (facts.isDirectory() && (facts.mode & 0o002) !== 0 && depth < deepest)
          await clear(top, path, depth + 1).catch(() => undefined); // closed, or gone
      } else if (!facts.isDirectory()) {
        await unlink(path).catch(() => undefined); // gone
      } else {
        const grave = await mkdtemp(join(top, '.meshdeck-gone-'));
        const moved = await moveToGrave(path, grave).catch(() => null);
        if (moved !== null) await removeTree(moved, grave);
        await rm(grave, { recursive: true, force: true });
      }
    }
  }
  const places = new Set<string>();
  for (const place of sharedPlaces) if (existsSync(place)) places.add(await realpath(place));
  for (const place of places) await clear(place, place, 0).catch(() => undefined);
}

/**
 * Ends whatever still runs as a job's own user, and removes what it left where everybody may: files in /tmp and /dev/shm,
 * System V memory. Only where no walls do that: there, all of it ends with the job's namespaces.
 */
export async function clearUser(user: JobUser, setpriv: string): Promise<void> {
  const asUser = [...setprivArguments({ user, dropRights: true }), '--'];
  const until = Date.now() + patienceMs;
  while (processesOf(user.uid).length > 0 && Date.now() < until) {
    // It may end itself with the others on some systems: what counts is who is left.
    await runProgram({ file: setpriv, args: [...asUser, ...endAll], timeoutMs: patienceMs }).catch(
      () => null,
    );
    await delay(10);
  }
  for (const [kind, flag] of [
    ['shm', '-m'],
    ['sem', '-s'],
    ['msg', '-q'],
  ] as const) {
    const table = await readFile(`/proc/sysvipc/${kind}`, 'utf8').catch(() => '');
    for (const id of madeBy(user.uid, table)) {
      const args = [...asUser, 'ipcrm', flag, id];
      await runProgram({ file: setpriv, args, timeoutMs: patienceMs }).catch(() => null);
    }
  }
  await removeFromShared(user.uid);
}
