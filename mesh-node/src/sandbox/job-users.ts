import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { randomInt } from 'node:crypto';
import { listPids, userOf } from '../runners/process/proc.js';

/** Whom a job runs as. */
export interface JobUser {
  uid: number;
  gid: number;
}

/** Users for jobs, none of them in use twice at a time. */
export interface JobUsers {
  take: () => JobUser;
}

/** Nobody's: kept free for users made on the fly [systemd, "Users, Groups, UIDs and GIDs", DynamicUser=]. */
const first = 61_184;
const count = 65_519 - first + 1;

/** Every number that a job's user may have. */
export const jobUserRange = (): number[] => Array.from({ length: count }, (_, index) => first + index);

/** Whether this number is a job user's. */
export const isJobUser = (uid: number) => uid >= first && uid < first + count;

/** A system user an admin made for jobs; taken where only one job runs at a time, as its jobs share their rights. */
export const jobUserName = 'meshdeck-job';

const idOf = async (flag: '-u' | '-g') => {
  const { stdout } = await promisify(execFile)('id', [flag, jobUserName], { timeout: 2000 });
  return Number(stdout.trim());
};

/** The admin's user for jobs, or undefined where there is none (or it would be the superuser). */
export async function findJobUser(): Promise<JobUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
    return uid > 0 && gid > 0 ? { uid, gid } : undefined;
  } catch {
    return undefined; // no such user
  }
}

/** Users that somebody else has just now: a service of systemd's, or a job of another agent. */
function takenUsers(): Set<number> {
  return new Set(listPids().flatMap((pid) => userOf(pid) ?? []));
}

/**
 * Hands out a user per attempt. The first is drawn at random, so that two agents of one machine do not share theirs;
 * each comes again only after all others.
 */
export function createJobUsers({ dedicated }: { dedicated?: JobUser | undefined } = {}): JobUsers {
  let next = randomInt(count);
  return {
    take() {
      if (dedicated !== undefined) return dedicated;
      const taken = takenUsers();
      for (let tried = 0; tried < count; tried += 1) {
        const uid = first + next;
        next = (next + 1) % count;
        if (!taken.has(uid) && !existsSync(`/run/systemd/dynamic-uid/${uid}`)) return { uid, gid: uid };
      }
      throw new Error('Every user that jobs may run as is in use on this machine.');
    },
  };
}
