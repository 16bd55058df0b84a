import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { randomInt } from 'node:crypto';

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

/**
 * Hands out a user per attempt. The first is drawn at random, so that two agents of one machine do not share theirs;
 * each comes again only after all others.
 */
export function createJobUsers({ dedicated }: { dedicated?: JobUser | undefined } = {}): JobUsers {
  let next = randomInt(count);
  return {
    take() {
      if (dedicated !== undefined) return dedicated;
      const uid = first + next;
      next = (next + 1) % count;
      return { uid, gid: uid };
    },
  };
}
