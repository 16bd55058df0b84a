import { hashOf, newSecret } from '../secrets.js';

/** What has to fit when the browser is back. */
export interface BegunSignIn {
  state: string;
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
}

export const begunForMs = 10 * 60_000;
/** Beyond this the oldest gives way: begun sign-ins cost strangers nothing. */
const mostBegun = 2000;

/** Sign-ins whose browser is away at the provider, each good once; kept in memory. */
export function createBegunSignIns(now: () => number = Date.now) {
  const begun = new Map<string, BegunSignIn & { until: number }>();

  return {
    /** The ticket for the browser's cookie. */
    add(signIn: BegunSignIn): string {
      for (const [key, { until }] of begun) {
        if (until > now() && begun.size < mostBegun) break;
        begun.delete(key);
      }
      const ticket = newSecret();
      begun.set(hashOf(ticket), { ...signIn, until: now() + begunForMs });
      return ticket;
    },
    take(ticket: string): BegunSignIn | null {
      const key = hashOf(ticket);
      const found = begun.get(key);
      begun.delete(key);
      return found === undefined || found.until <= now() ? null : found;
    },
  };
}
