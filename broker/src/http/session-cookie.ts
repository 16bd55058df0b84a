/** Session secrets are base64url: nothing in them needs quoting or escaping [RFC 6265 §4.1.1]. */
const lifeSeconds = 30 * 24 * 3600;

/** A `Set-Cookie` value that no script reads and no other site sends. */
export function sessionCookie(name: string, secret: string): string {
  return `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${lifeSeconds}`;
}

/** The value of one cookie in a `Cookie` header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.split('=');
    if (key?.trim() === name && value !== undefined) return value.trim();
  }
  return null;
}
