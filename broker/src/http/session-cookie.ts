/** Session secrets are base64url: nothing in them needs quoting or escaping [RFC 6265 §4.1.1]. */
const lifeSeconds = 30 * 24 * 3600;

/**
 * The cookie's name on this connection. Over TLS it begins with `__Host-` [RFC 6265bis §4.1.3.2]: browsers then take it
 * from no other host, no plain HTTP and no path.
 */
export const cookieNameOf = (name: string, isSecure: boolean): string => (isSecure ? `__Host-${name}` : name);

const flags = (isSecure: boolean) => `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

/** A `Set-Cookie` value that no script reads and no other site sends. `secure` where it came over TLS. */
export function sessionCookie(name: string, secret: string, { secure = false } = {}): string {
  return `${cookieNameOf(name, secure)}=${secret}; ${flags(secure)}; Max-Age=${lifeSeconds}`;
}

/** Takes the cookie away. */
export function endedCookie(name: string, { secure = false } = {}): string {
  return `${cookieNameOf(name, secure)}=; ${flags(secure)}; Max-Age=0`;
}

/** The value of one cookie in a `Cookie` header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
