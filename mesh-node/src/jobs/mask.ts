import { leastSecretCharacters } from '@meshdeck/shared';

const shown = '***';
/** How a line ends that was too long; what is left of a secret there is the beginning of one. */
const cutMark = ' [cut]';

/** A secret as programs write it: whole, line by line, and in the spellings of URLs, JSON and base64. */
function spellingsOf(secret: string): string[] {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  return [whole, ...lines].flatMap((text) => [
    ...[text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)],
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
  ]);
}

/** The text without the beginning of a secret at its end. */
function withoutBeginning(text: string, spellings: readonly string[]): string {
  for (const spelling of spellings) {
    for (let length = Math.min(spelling.length - 1, text.length); length >= 4; length -= 1) {
      if (text.endsWith(spelling.slice(0, length))) return `${text.slice(0, -length)}${shown}`;
    }
  }
  return text;
}

/** Takes secrets out of what an app prints, line by line. */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))]
    .filter((text) => text.length >= leastSecretCharacters)
    .sort((a, b) => b.length - a.length);
  if (spellings.length === 0) return (text) => text;
  // By how they begin, the longest first: a secret of a thousand lines must not cost a thousand searches a line.
  const byBeginning = new Map<string, string[]>();
  for (const spelling of spellings) {
    const beginning = spelling.slice(0, leastSecretCharacters);
    const known = byBeginning.get(beginning);
    if (known === undefined) byBeginning.set(beginning, [spelling]);
    else known.push(spelling);
  }
  function maskAll(text: string): string {
    let out = '';
    let from = 0;
    for (let at = 0; at + leastSecretCharacters <= text.length;) {
      const candidates = byBeginning.get(text.slice(at, at + leastSecretCharacters));
      const found = candidates?.find((spelling) => text.startsWith(spelling, at));
      if (found === undefined) at += 1;
      else {
        out += text.slice(from, at) + shown;
        at += found.length;
        from = at;
      }
    }
    return out + text.slice(from);
  }
  return (text) => {
    const masked = maskAll(text);
    if (!masked.endsWith(cutMark)) return masked;
    return `${withoutBeginning(masked.slice(0, -cutMark.length), spellings)}${cutMark}`;
  };
}
