import type { HubStatus } from './hub-status.js';
import { shellOrigin, shellStatusPage } from './shell-page-address.js';
import { statusPage, statusPageScript } from './status-page.js';

export interface ShellAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The pages have one inline style of their own, one script file and nothing else, from nowhere else. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function answer(status: number, type: string, body: string): ShellAnswer {
  return {
    status,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

/** Answers a request for one of the shell's own pages: the status page, drawn for the hub's state, and its script. */
export function answerShellRequest(address: string, status: HubStatus): ShellAnswer {
  if (address === shellStatusPage) return answer(200, 'text/html', statusPage(status));
  if (address === `${shellOrigin}/status.js`) return answer(200, 'text/javascript', statusPageScript);
  return answer(404, 'text/plain', 'No such page.');
}
