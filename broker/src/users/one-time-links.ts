import { MeshdeckError, type PersonId } from '@meshdeck/shared';
import { hashOf, newSecret } from './secrets.js';
import { localPersonId, type OpenLink } from './types.js';

const lifeMs = 5 * 60_000;
/** Of one person, so that nobody's links push out somebody else's. */
const mostOfOne = 20;
const mostInAll = 2000;

export interface OneTimeLinks {
  /**
   * A link that signs this person in; beyond 20 of one person their oldest is good no more.
   * @throws MeshdeckError `limit-reached` where everybody together has too many; never for this computer
   */
  create(personId: PersonId): string;
  /** Whose link it is; does not use it up. */
  look(code: string): OpenLink | null;
  /** Whose link it was, once for a link that is still good; else null. */
  spend(code: string): string | null;
  /** Ends every open link of this person. */
  endOf(personId: PersonId): void;
}

/** Links live in memory only: a hub that restarts has none open. */
export function createOneTimeLinks(now: () => number): OneTimeLinks {
  /** The oldest comes first. */
  const open = new Map<string, OpenLink>();

  function look(code: string): OpenLink | null {
    const link = open.get(hashOf(code));
    return link !== undefined && now() < link.expiresAt ? link : null;
  }

  function makeRoom(personId: PersonId): void {
    for (const [hash, { expiresAt }] of open) if (expiresAt <= now()) open.delete(hash);
    const own = [...open].filter(([, link]) => link.personId === personId);
    const [oldest] = own;
    if (own.length >= mostOfOne && oldest !== undefined) open.delete(oldest[0]);
    else if (open.size >= mostInAll && personId !== localPersonId) {
      throw new MeshdeckError('limit-reached', 'Too many sign-in links are open. Try again in five minutes.');
    }
  }

  return {
    create(personId) {
      makeRoom(personId);
      const code = newSecret();
      open.set(hashOf(code), { personId, expiresAt: now() + lifeMs });
      return code;
    },
    look,
    spend(code) {
      const personId = look(code)?.personId ?? null;
      open.delete(hashOf(code));
      return personId;
    },
    endOf(personId) {
      for (const [hash, link] of open) if (link.personId === personId) open.delete(hash);
    },
  };
}
