/** Session secrets are base64url: nothing in them needs quoting or escaping [RFC 6265 §4.1.1]. */
const lifeSeconds = 30 * 24 * 3600;

/** A `Set-Cookie` value that no script reads and no other site sends. `secure` where it came over TLS. */
export function sessionCookie(name: string, secret: string, { secure = false } = {}): string {
  const always = `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${lifeSeconds}`;
  return secure ? `${always}; Secure` : always;
}

/** Takes the cookie away. */
export function endedCookie(name: string): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
}

/** The value of one cookie in a `Cookie` header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
