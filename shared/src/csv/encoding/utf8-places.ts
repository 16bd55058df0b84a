/** Where bytes are UTF-8 and where they are not. */
export interface Utf8Places {
  /** Characters of more than one byte. */
  characters: number;
  /** Bytes that belong to no character. */
  invalid: number;
  /** The first of them; -1 where there is none. */
  firstInvalid: number;
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** Length of the character that begins at `at`; 0 where none does [Unicode 15, table 3-7]. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const second = bytes[at + 1];
  if (!isContinuation(second)) return 0;
  const next = second as number;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (!isContinuation(bytes[at + 2])) return 0;
  if (first >= 0xe0 && first <= 0xef) {
    if ((first === 0xe0 && next < 0xa0) || (first === 0xed && next > 0x9f)) return 0;
    return 3;
  }
  if (!isContinuation(bytes[at + 3])) return 0;
  if (first < 0xf0 || first > 0xf4 || (first === 0xf0 && next < 0x90) || (first === 0xf4 && next > 0x8f)) {
    return 0;
  }
  return 4;
}

/** Counts characters and bytes that are none. For what is not UTF-8 as a whole. */
export function utf8Places(bytes: Uint8Array): Utf8Places {
  const places: Utf8Places = { characters: 0, invalid: 0, firstInvalid: -1 };
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 1) places.characters++;
    else if (length === 0) {
      places.invalid++;
      if (places.firstInvalid < 0) places.firstInvalid = at;
    }
    at += Math.max(1, length);
  }
  return places;
}

/** Where the character begins that the bytes may end in the middle of; their length where they do not. */
export function cutCharacter(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let at = length - 1; at >= Math.max(0, length - 3); at--) {
    const byte = bytes[at] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length - at < wanted ? at : length;
  }
  return length;
}
