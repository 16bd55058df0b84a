import { join } from 'node:path';
import type { Logger } from 'pino';
import { createFailureLimit } from '../rate-limits/failure-limit.js';
import { createOneTimeLinks } from './one-time-links.js';
import { loadPrivateToken } from './private-token.js';
import { secretMatcher } from './secrets.js';
import { openSessions, type Sessions } from './sessions.js';
import { localPersonId, localPersonName, type LocalAccess, type Person } from './types.js';

/** This computer, which may do everything. */
export function localPerson(via: 'token' | 'link', sessionId: string | null): Person {
  return {
    id: localPersonId,
    name: localPersonName,
    email: null,
    role: 'admin',
    via,
    sessionId,
    keyId: null,
    scopes: null,
  };
}

/** Who may call the people's API with no account: holders of the data folder's token, and browsers that spent a
 * one-time link. The sessions are everybody's. */
export async function createLocalAccess(options: {
  dataDir: string;
  hubId: string;
  logger: Logger;
  /** Unix ms */
  now?: () => number;
}): Promise<LocalAccess & { sessions: Sessions }> {
  const { dataDir, hubId, logger, now = Date.now } = options;
  const token = await loadPrivateToken(dataDir);
  const isToken = secretMatcher(token);
  const sessions = await openSessions({ path: join(dataDir, 'sessions.json'), now, logger });
  const links = createOneTimeLinks(now);

  return {
    cookieName: `meshdeck_${hubId.slice(0, 8)}`,
    token,
    sessions,
    createLink: (personId = localPersonId) => links.create(personId),
    async redeemLink(code, from) {
      const personId = links.spend(code);
      return personId === null ? null : sessions.create(personId, from);
    },
    lookAtLink: (code) => links.look(code),
    endLinksOf: (personId) => links.endOf(personId),
    checkToken: (given) => (isToken(given) ? localPerson('token', null) : null),
    checkSession(secret, proof) {
      const session = sessions.check(secret, proof);
      return session?.personId === localPersonId ? localPerson('link', session.hash) : null;
    },
    noteFailure: createFailureLimit(now),
    stop: sessions.save,
  };
}
