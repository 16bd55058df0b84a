import { Buffer } from 'node:buffer';

/** @typedef {import('../soak/random.mjs').Random} Random */

/** Names and numbers that have broken programs before. */
const nastyTexts = [
  '',
  '\0',
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%',
  '%zz',
  '%00',
  '//',
  '//[',
  '\\\\',
  '*',
  '#',
  '+',
  '$SYS/#',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '=cmd|"/C calc"!A1',
  '<img src=x onerror=alert(1)>',
  '\u202egnp.exe',
  '\ud800',
  '\u0007\u001b[2J',
  "' OR 1=1 --",
  '*)(uid=*))(|(uid=*',
  '${jndi:ldap://x}',
  '-1',
  '1e309',
  'NaN',
  'null',
];
const nastyNumbers = [
  0,
  -0,
  -1,
  1,
  0.1,
  255,
  256,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e308,
  -1e308,
];

/** @param {Random} random @param {number} most @returns {Buffer} */
export function randomBytes(random, most) {
  const bytes = Buffer.alloc(random.between(0, most));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.between(0, 255);
  return bytes;
}

/** @param {Random} random @returns {string} */
export function randomText(random) {
  const draw = random.next();
  if (draw < 0.6) return random.pick(nastyTexts);
  if (draw < 0.7) return random.pick(['a', 'ä', '\u0000', '漢']).repeat(random.between(1, 10_000));
  if (draw < 0.85) return randomBytes(random, 40).toString('latin1');
  return randomBytes(random, 16).toString('hex');
}

/** Any JSON value, at most `depth` deep. @param {Random} random @param {number} [depth] @returns {unknown} */
export function randomValue(random, depth = 3) {
  const draw = random.next();
  if (depth === 0 || draw < 0.25) return randomText(random);
  if (draw < 0.45) return random.pick(nastyNumbers);
  if (draw < 0.55) return random.pick([null, true, false]);
  if (draw < 0.75) {
    return Array.from({ length: random.between(0, 6) }, () => randomValue(random, depth - 1));
  }
  const keys = Array.from({ length: random.between(0, 6) }, () => randomText(random).slice(0, 80));
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth - 1)]));
}

/** A copy of a JSON value with something changed, left out or added. @param {Random} random @param {unknown} value @returns {unknown} */
export function mutateValue(random, value) {
  if (random.next() < 0.2 || typeof value !== 'object' || value === null) return randomValue(random);
  if (Array.isArray(value)) {
    if (random.next() < 0.2) return Array.from({ length: random.between(0, 3000) }, () => value[0] ?? 0);
    return value.map((item) => (random.next() < 0.4 ? mutateValue(random, item) : item));
  }
  const entries = Object.entries(value);
  const chosen = random.between(0, Math.max(0, entries.length - 1));
  return Object.fromEntries(
    entries.flatMap(([key, item], index) => {
      if (index !== chosen) return [[key, item]];
      const draw = random.next();
      if (draw < 0.2) return [];
      if (draw < 0.4) return [[randomText(random).slice(0, 200), item]];
      return [[key, mutateValue(random, item)]];
    }),
  );
}

/** Flips, cuts, doubles or inserts bytes. @param {Random} random @param {Buffer} bytes @returns {Buffer} */
export function mutateBytes(random, bytes) {
  if (bytes.length === 0) return randomBytes(random, 32);
  const at = random.between(0, bytes.length - 1);
  switch (random.between(0, 4)) {
    case 0: {
      const changed = Buffer.from(bytes);
      for (let count = random.between(1, 4); count > 0; count -= 1) {
        changed[random.between(0, changed.length - 1)] = random.between(0, 255);
      }
      return changed;
    }
    case 1:
      return Buffer.from(bytes.subarray(0, at));
    case 2:
      return Buffer.concat([bytes.subarray(0, at), randomBytes(random, 64), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 8))]);
  }
}

/** Text that never is a JSON object a call would take. @param {Random} random @returns {Buffer} */
export function brokenBody(random) {
  const draw = random.next();
  if (draw < 0.3) return mutateBytes(random, Buffer.from('[{"name":"x","app":{"name":"y"},"slots":1}]'));
  if (draw < 0.4) return Buffer.from('['.repeat(random.between(1, 20_000)));
  if (draw < 0.5) return Buffer.from(`{"__proto__":{"role":"admin"},"x":${'[1,'.repeat(500)}`);
  if (draw < 0.7) return Buffer.from(JSON.stringify([randomValue(random)]));
  if (draw < 0.8)
    return Buffer.from(JSON.stringify({ [`unknown-${randomText(random)}`]: randomValue(random) }));
  return randomBytes(random, 2000);
}
