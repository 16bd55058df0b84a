import { readFile } from 'node:fs/promises';
import { knownIds, type PersonId } from '@meshdeck/shared';
import { createMutex, writeFileAtomically } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import * as z from 'zod';
import { proves, type OriginProof } from './origin-key.js';
import { hashOf, newSecret } from './secrets.js';
import { localPersonId, type Origin } from './types.js';

const dayMs = 24 * 3_600_000;
/** This computer's own browsers stay; people's end after a week unused, or a month in all. */
const lives = {
  local: { idleMs: 30 * dayMs, wholeMs: 180 * dayMs },
  account: { idleMs: 7 * dayMs, wholeMs: 30 * dayMs },
} as const;
/** How stale the file's idea of a session's last use may be. */
const saveEveryMs = 3_600_000;
/** Of one person; the one unused for longest goes. */
const mostOfOne = 50;

const sessionSchema = z.object({
  hash: z.string(),
  personId: knownIds.person.default(localPersonId),
  createdAt: z.number().optional(),
  lastUsedAt: z.number(),
  address: z.string().default(''),
  program: z.string().default(''),
  /** Left out in sessions from before cookies alone were worth nothing; those are over. */
  originKeyHash: z.string().optional(),
});
const fileSchema = z.array(sessionSchema);

export interface Session {
  /** Of the secret; names the session, opens nothing. */
  hash: string;
  personId: PersonId;
  createdAt: number;
  lastUsedAt: number;
  address: string;
  program: string;
  /** Of the key that only pages of the origin it was made for hold. */
  originKeyHash: string;
}

export interface Sessions {
  /** The secret; on disk when it resolves. */
  create(personId: PersonId, from: Origin): Promise<string>;
  /** The session where this is its secret and the proof is of its pages, or null. Counts as a use. */
  check(secret: string, proof: OriginProof): Session | null;
  /** The session with this secret, with no proof and no use of it: for the call that makes one and ends the one before. */
  ofSecret(secret: string): Session | null;
  /** Whether a session by that hash still counts; no use of it. */
  isAlive(hash: string): boolean;
  /** When it ends if nobody uses it any more. */
  expiresAt(session: Session): number;
  of(personId: PersonId): Session[];
  /** Ends what matches; the hashes that ended. */
  end(match: (session: Session) => boolean): Promise<string[]>;
  save(): Promise<void>;
}

/** Browser sessions, kept by hash in one small file so that a restarted hub still knows its browsers. */
export async function openSessions(options: {
  path: string;
  now: () => number;
  logger: Logger;
}): Promise<Sessions> {
  const { path, now, logger } = options;
  const sessions = new Map<string, Session>();
  for (const { originKeyHash, ...found } of await load(path, logger)) {
    if (originKeyHash === undefined) continue;
    sessions.set(found.hash, { ...found, originKeyHash, createdAt: found.createdAt ?? found.lastUsedAt });
  }
  let savedAt = now();
  const inTurn = createMutex();

  function expiresAt({ personId, createdAt, lastUsedAt }: Session): number {
    const life = personId === localPersonId ? lives.local : lives.account;
    return Math.min(lastUsedAt + life.idleMs, createdAt + life.wholeMs);
  }

  function alive(hash: string): Session | null {
    const session = sessions.get(hash);
    if (session === undefined) return null;
    if (now() < expiresAt(session)) return session;
    sessions.delete(hash);
    return null;
  }

  async function write(): Promise<void> {
    savedAt = now();
    const kept = [...sessions.keys()].flatMap((hash) => alive(hash) ?? []);
    await writeFileAtomically(path, JSON.stringify(kept));
  }

  function save(): Promise<void> {
    const done = inTurn(write);
    done.catch((error: unknown) => logger.error({ error: String(error) }, 'sessions not saved'));
    return done;
  }

  const of = (personId: PersonId): Session[] =>
    [...sessions.values()]
      .filter((session) => session.personId === personId && alive(session.hash) !== null)
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt);

  return {
    save,
    of,
    expiresAt,
    isAlive: (hash) => alive(hash) !== null,
    async create(personId, from) {
      const secret = newSecret();
      for (const { hash } of of(personId).slice(mostOfOne - 1)) sessions.delete(hash);
      const hash = hashOf(secret);
      sessions.set(hash, { ...from, hash, personId, createdAt: now(), lastUsedAt: now() });
      await save();
      return secret;
    },
    ofSecret: (secret) => alive(hashOf(secret)),
    check(secret, proof) {
      const session = alive(hashOf(secret));
      if (session === null || !proves(proof, session.originKeyHash)) return null;
      session.lastUsedAt = now();
      // A failed write is logged by save itself; the session works on.
      if (now() - savedAt > saveEveryMs) save().catch(() => undefined);
      return session;
    },
    async end(match) {
      const ended = [...sessions.values()].filter(match).map(({ hash }) => hash);
      for (const hash of ended) sessions.delete(hash);
      if (ended.length > 0) await save();
      return ended;
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
