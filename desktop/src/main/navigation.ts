import { shellOrigin } from './shell-page-address.js';

export type NavigationVerdict = 'allow' | 'open-in-browser' | 'deny';

/** `URL.origin` is "null" for schemes of our own, so they are told apart by scheme and host. */
function originKey(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return `${url.protocol}//${url.host}`;
}

/** Whether an address belongs to the shell's own pages or to the hub that serves now (its URL, or undefined). */
export function isTrustedAddress(address: string, hubUrl: string | undefined): boolean {
  const key = originKey(address);
  if (key === undefined) return false;
  return key === shellOrigin || (hubUrl !== undefined && key === originKey(hubUrl));
}

/**
 * Denied unless it stays at home: a page that could lead the window elsewhere would hand the preload's object to a
 * stranger. Links to the web go to the person's browser, https only, and never with a name and password in them.
 */
export function judgeNavigation(address: string, hubUrl: string | undefined): NavigationVerdict {
  if (isTrustedAddress(address, hubUrl)) return 'allow';
  return isSafeExternalLink(address) ? 'open-in-browser' : 'deny';
}

export function isSafeExternalLink(address: string): boolean {
  if (address.length > 2048 || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname !== '';
}
