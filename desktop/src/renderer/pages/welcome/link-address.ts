import { openedByHandName } from '@meshdeck/shared';

/** What the address of a sign-in link says: its code, and where to go on; only a path of ours, never another site. */
export function readLinkAddress(search: string): { code: string; to: string } {
  const query = new URLSearchParams(search);
  const to = query.get('to') ?? '/';
  return { code: query.get('link') ?? '', to: /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(to) ? to : '/' };
}

/** Whether the hub says that a person opened this page, and not a page of somebody else. */
export const wasOpenedByHand = (): boolean =>
  document.head.querySelector(`meta[name="${openedByHandName}"]`) !== null;
