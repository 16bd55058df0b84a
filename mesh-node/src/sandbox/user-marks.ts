import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearUser } from './clear-user.js';
import { isJobUser, type JobUser } from './job-users.js';

/** Which users have jobs now, on disk: an agent that was killed ends and clears what theirs left when it starts again. */
export interface UserMarks {
  begin: (user: JobUser) => Promise<void>;
  /** Ends what is left of the user's processes and files. */
  end: (user: JobUser) => Promise<void>;
}

/** Opens the marks in `folder`, and clears the users that an earlier run of this agent left marked. */
export async function openUserMarks(options: { folder: string; setpriv: string }): Promise<UserMarks> {
  const { folder, setpriv } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mark = ({ uid, gid }: JobUser) => join(folder, `${uid}-${gid}`);

  async function end(user: JobUser): Promise<void> {
    await clearUser(user, setpriv);
    await rm(mark(user), { force: true });
  }

  for (const name of await readdir(folder)) {
    const [uid = Number.NaN, gid = Number.NaN] = name.split('-').map(Number);
    // A dedicated user may have been given to a person since: only numbers that are nobody's.
    if (isJobUser(uid)) await end({ uid, gid });
    else await rm(join(folder, name), { force: true });
  }
  return { begin: (user) => writeFile(mark(user), ''), end };
}
