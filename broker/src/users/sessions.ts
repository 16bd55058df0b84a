import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import * as z from 'zod';
import { hashOf, newSecret } from './secrets.js';

const idleMs = 30 * 24 * 3_600_000;
/** How stale the file's idea of a session's last use may be. */
const saveEveryMs = 3_600_000;
const mostSessions = 1000;

const fileSchema = z.array(z.object({ hash: z.string(), lastUsedAt: z.number() }));

export interface Sessions {
  /** On disk when it resolves. */
  create(): Promise<string>;
  /** The session's hash, or null. Counts as a use. */
  check(secret: string): string | null;
  save(): Promise<void>;
}

/** Browser sessions, kept by hash in one small file so that a restarted hub still knows its browsers. */
export async function openSessions(options: {
  path: string;
  now: () => number;
  logger: Logger;
}): Promise<Sessions> {
  const { path, now, logger } = options;
  const lastUse = new Map((await load(path, logger)).map(({ hash, lastUsedAt }) => [hash, lastUsedAt]));
  let savedAt = now();
  let saving: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    savedAt = now();
    const fresh = [...lastUse]
      .filter(([, at]) => now() - at < idleMs)
      .sort((a, b) => b[1] - a[1])
      .slice(0, mostSessions);
    lastUse.clear();
    for (const [hash, at] of fresh) lastUse.set(hash, at);
    const temporary = `${path}.tmp`;
    await writeFile(temporary, JSON.stringify(fresh.map(([hash, lastUsedAt]) => ({ hash, lastUsedAt }))), {
      mode: 0o600,
    });
    await rename(temporary, path);
  }

  function save(): Promise<void> {
    const done = saving.then(write);
    saving = done.catch((error: unknown) => logger.error({ error: String(error) }, 'sessions not saved'));
    return done;
  }

  return {
    save,
    async create() {
      const secret = newSecret();
      lastUse.set(hashOf(secret), now());
      await save();
      return secret;
    },
    check(secret) {
      const hash = hashOf(secret);
      const at = lastUse.get(hash);
      if (at === undefined) return null;
      if (now() - at >= idleMs) {
        lastUse.delete(hash);
        return null;
      }
      lastUse.set(hash, now());
      // A failed write is logged by save itself; the session works on.
      if (now() - savedAt > saveEveryMs) save().catch(() => undefined);
      return hash;
    },
  };
}

async function load(path: string, logger: Logger): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) logger.error({ error: String(error) }, 'sessions file unreadable; everyone signs in again');
    return [];
  }
}
