/** Powers of ten that are exact doubles. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits that any 32-bit float keeps, and digits that tell any two apart [C FLT_DIG, FLT_DECIMAL_DIG]. */
const surestDigits = 6;
const mostDigits = 9;
const smallestNormal = 2 ** -126;

/** Shared by the two functions below so that finding the digits allocates nothing. */
let digits = 0;
let decimals = 0;

/**
 * Finds the shortest decimal `digits / 10^decimals` that rounds to the 32-bit float `magnitude`, for magnitudes from
 * 1e-13 to 1e7. Both parts are exact doubles, so their quotient is the double nearest to the decimal, and rounding
 * that to 32 bits tells whether there are digits enough. Whatever decimal of at most six digits rounds to the float is
 * the six-digit decimal nearest to it, so nothing shorter needs a look.
 */
function findDigits(magnitude: number): boolean {
  const exponent = Math.floor(Math.log10(magnitude));
  for (let count = surestDigits; count <= mostDigits + 1; count++) {
    decimals = count - 1 - exponent;
    if (decimals < 0) continue;
    const scale = powersOfTen[decimals];
    if (scale === undefined) return false;
    digits = Math.round(magnitude * scale);
    if (Math.fround(digits / scale) === magnitude) return true;
  }
  return false;
}

/** The shortest decimal that reads back as the same 32-bit float: 0.1, not 0.10000000149011612. */
export function formatFloat32(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-13 && magnitude < 1e7 && findDigits(magnitude)) {
    const decimal = digits / (powersOfTen[decimals] as number);
    return String(value < 0 ? -decimal : decimal);
  }
  if (value === 0 || !Number.isFinite(value)) return String(value);
  // Floats too small to be normal keep fewer digits.
  const fewest = magnitude < smallestNormal ? 1 : surestDigits;
  for (let count = fewest; count < mostDigits; count++) {
    const decimal = Number(value.toPrecision(count));
    if (Math.fround(decimal) === value) return String(decimal);
  }
  return String(Number(value.toPrecision(mostDigits)));
}

/** The most bytes a formatted 32-bit float takes. */
export const float32Bytes = 32;

/** Writes `formatFloat32(value)` at `at`, without making a string in the usual range. Returns where it ends. */
export function writeFloat32(value: number, bytes: Buffer, at: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= 1e-6 && magnitude < 1e7) || !findDigits(magnitude)) {
    return at + bytes.write(formatFloat32(value), at, 'latin1');
  }
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  if (value < 0) bytes[at++] = 0x2d;
  const scale = powersOfTen[decimals] as number;
  const whole = Math.floor(digits / scale);
  at = writeDigits(whole, countDigits(whole), bytes, at);
  if (decimals === 0) return at;
  bytes[at++] = 0x2e;
  return writeDigits(digits - whole * scale, decimals, bytes, at);
}

function countDigits(whole: number): number {
  let count = 1;
  while (count < powersOfTen.length && whole >= (powersOfTen[count] as number)) count++;
  return count;
}

/** Writes `count` digits of a whole number, zeros in front. */
function writeDigits(whole: number, count: number, bytes: Buffer, at: number): number {
  let rest = whole;
  for (let place = at + count - 1; place >= at; place--) {
    const next = Math.floor(rest / 10);
    bytes[place] = 0x30 + rest - next * 10;
    rest = next;
  }
  return at + count;
}
