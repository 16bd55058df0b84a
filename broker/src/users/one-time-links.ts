import { hashOf, newSecret } from './secrets.js';

const lifeMs = 5 * 60_000;
const mostOpen = 100;

export interface OneTimeLinks {
  /** A link that signs this person in. */
  create(personId: string): string;
  /** Whose link it is; does not use it up. */
  look(code: string): string | null;
  /** Whose link it was, once for a link that is still good; else null. */
  spend(code: string): string | null;
}

/** Links live in memory only: a hub that restarts has none open. */
export function createOneTimeLinks(now: () => number): OneTimeLinks {
  const open = new Map<string, { personId: string; expiresAt: number }>();
  const look = (code: string): string | null => {
    const link = open.get(hashOf(code));
    return link !== undefined && now() < link.expiresAt ? link.personId : null;
  };
  return {
    create(personId) {
      const code = newSecret();
      open.set(hashOf(code), { personId, expiresAt: now() + lifeMs });
      const oldest = open.keys().next().value;
      if (open.size > mostOpen && oldest !== undefined) open.delete(oldest);
      return code;
    },
    look,
    spend(code) {
      const personId = look(code);
      open.delete(hashOf(code));
      return personId;
    },
  };
}
