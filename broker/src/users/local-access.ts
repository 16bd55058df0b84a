import { join } from 'node:path';
import type { Logger } from 'pino';
import { createFailureLimit } from './failure-limit.js';
import { createOneTimeLinks } from './one-time-links.js';
import { loadPrivateToken } from './private-token.js';
import { sameSecret } from './secrets.js';
import { openSessions } from './sessions.js';
import type { LocalAccess } from './types.js';

/** Who may call the people's API: holders of the data folder's token, and browsers that spent a one-time link. */
export async function createLocalAccess(options: {
  dataDir: string;
  hubId: string;
  logger: Logger;
  /** Unix ms */
  now?: () => number;
}): Promise<LocalAccess> {
  const { dataDir, hubId, logger, now = Date.now } = options;
  const token = await loadPrivateToken(dataDir);
  const sessions = await openSessions({ path: join(dataDir, 'sessions.json'), now, logger });
  const links = createOneTimeLinks(now);

  return {
    cookieName: `meshdeck_${hubId.slice(0, 8)}`,
    token,
    createLink: links.create,
    redeemLink: async (code) => (links.spend(code) ? sessions.create() : null),
    checkToken: (given) => (sameSecret(given, token) ? { via: 'token', sessionId: null } : null),
    checkSession(secret) {
      const hash = sessions.check(secret);
      return hash === null ? null : { via: 'session', sessionId: hash };
    },
    noteFailure: createFailureLimit(now),
    stop: sessions.save,
  };
}
