import { knownIds, type PersonId } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { hashOf } from './secrets.js';

/** A browser that somebody has signed in with by password; `id` is the hash of what was typed and of its origin key. */
export const knownBrowserSchema = z.object({
  id: z.string(),
  personId: knownIds.person,
  lastUsedAt: z.number(),
});
export type KnownBrowser = z.infer<typeof knownBrowserSchema>;

/** Of one person; the one unused for longest goes. */
const mostOfOne = 20;

/**
 * Browsers that have signed in before. They open nothing, but what strangers guess does not shut them out
 * [OWASP, Slow Down Online Guessing Attacks with Device Cookies]. Known by the origin key, since a cookie would be handed
 * to every program of the hub's host.
 */
export interface KnownBrowsers {
  /** Its name for counting what it gets wrong; null where this browser has not signed in as `login` before. */
  find(login: string, originKeyHash: string): string | null;
  remember(personId: PersonId, login: string, originKeyHash: string): Promise<void>;
  /** Forgets all of a person's. */
  forget(personId: PersonId): Promise<void>;
}

export async function openKnownBrowsers(options: {
  collection: Collection<KnownBrowser>;
  now: () => number;
}): Promise<KnownBrowsers> {
  const { collection, now } = options;
  const byId = new Map((await collection.all()).map((browser) => [browser.id, browser]));
  const idOf = (login: string, originKeyHash: string) => hashOf(`${originKeyHash} ${login}`);

  async function drop(browsers: readonly KnownBrowser[]): Promise<void> {
    for (const { id } of browsers) byId.delete(id);
    for (const { id } of browsers) await collection.remove(id);
  }

  const of = (personId: PersonId) => [...byId.values()].filter((browser) => browser.personId === personId);

  return {
    find(login, originKeyHash) {
      const id = idOf(login, originKeyHash);
      return byId.has(id) ? id : null;
    },
    async remember(personId, login, originKeyHash) {
      const browser = { id: idOf(login, originKeyHash), personId, lastUsedAt: now() };
      byId.set(browser.id, browser);
      await collection.put(browser);
      await drop(
        of(personId)
          .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
          .slice(mostOfOne),
      );
    },
    async forget(personId) {
      await drop(of(personId));
    },
  };
}
