const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 [RFC 4648 §6] in lower case, no padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32Alphabet[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) text += base32Alphabet[(buffer << (5 - bits)) & 31];
  return text;
}

/** A node or hub id from its key fingerprint (SHA-256 of the SPKI, 64 hex digits): the first 128 bits, base32. */
export function idFromFingerprint(fingerprint: string): string {
  const bytes = Uint8Array.from(fingerprint.slice(0, 32).match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  return base32(bytes);
}
