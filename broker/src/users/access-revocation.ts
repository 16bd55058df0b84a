import type { Grants } from '@meshdeck/shared';
import type { ApiKeys } from './api-keys.js';
import type { KnownBrowsers } from './known-browsers.js';
import type { CodeDocument, OneTimeCodes } from './one-time-codes.js';
import type { Sessions } from './sessions.js';
import type { Ended, LocalAccess, Person } from './types.js';

export interface Kept {
  /** The browser that asked for it stays. */
  sessionId?: string | null | undefined;
  keys?: boolean | undefined;
  /** Invitations and password links that this person made for others. */
  invitations?: boolean | undefined;
}

type Whose = Pick<Person, 'id' | 'name'>;

export interface AccessRevocation {
  /** What would outlive this person's sessions, were it kept. */
  grantsOf(whose: Whose): Grants;
  /**
   * Ends everything by which somebody can act as this person: sessions, open pages, sign-in links, password links, API
   * keys, and what they made that lets others in; but for what is kept.
   */
  endAll(whose: Whose, kept?: Kept): Promise<void>;
  /** Withdraws the invitations and password links that this person made for others. */
  withdrawMadeBy(whose: Whose): Promise<void>;
}

/** Codes from before makers were kept by id have their name. */
const madeForOthers =
  ({ id, name }: Whose) =>
  ({ personId, madeById, madeBy }: CodeDocument): boolean =>
    personId !== id && (madeById === undefined ? madeBy === name : madeById === id);

/** The one place that takes access away, so that no way in is forgotten. */
export function createAccessRevocation(options: {
  sessions: Sessions;
  links: Pick<LocalAccess, 'endLinksOf'>;
  keys: ApiKeys;
  codes: OneTimeCodes;
  knownBrowsers: KnownBrowsers;
  ended: (what: Ended) => void;
}): AccessRevocation {
  const { sessions, links, keys, codes, knownBrowsers, ended } = options;

  return {
    grantsOf: (whose) => ({
      keys: keys.list(whose.id).filter(({ id }) => keys.isAlive(id)).length,
      invitations: codes.count(madeForOthers(whose)),
    }),

    async endAll(whose, kept = {}) {
      links.endLinksOf(whose.id);
      await knownBrowsers.forget(whose.id);
      await codes.remove(({ personId }) => personId === whose.id);
      if (kept.invitations !== true) await codes.remove(madeForOthers(whose));
      if (kept.keys !== true) {
        for (const keyId of await keys.end(({ personId }) => personId === whose.id)) ended({ keyId });
      }
      const over = await sessions.end(
        ({ personId, hash }) => personId === whose.id && hash !== kept.sessionId,
      );
      for (const sessionId of over) ended({ sessionId });
    },

    withdrawMadeBy: async (whose) => void (await codes.remove(madeForOthers(whose))),
  };
}
