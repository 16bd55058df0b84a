import { originKeySchema } from '@meshdeck/shared';

/** As `localStorage` is kept: by scheme, host and port, so that other programs of this host never see it. */
const name = 'meshdeck.origin-key';
let unstored: string | null = null;

/** [RFC 4648 §5], without padding. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

const newKey = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * The secret of this origin in this browser, made once: the session's cookie is good together with it only. Read anew each
 * time, for other tabs may have made it. Where storage is switched off it lasts as long as the page.
 */
export function originKey(): string {
  try {
    const stored = localStorage.getItem(name);
    if (originKeySchema.safeParse(stored).success && stored !== null) return stored;
    const made = newKey();
    localStorage.setItem(name, made);
    return made;
  } catch {
    return (unstored ??= newKey());
  }
}
