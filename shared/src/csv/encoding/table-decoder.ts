import type { TableEncoding } from '../../models/reading.js';
import { looksWestern } from './looks-western.js';
import { cutCharacter, utf8Places } from './utf8-places.js';
import { windows1252ToUtf8 } from './windows-1252.js';

/** Bytes that are not what the table was read as so far. */
export class UndecodableBytes extends Error {
  override readonly name = 'UndecodableBytes';
  constructor(
    /** `mixed`: characters in UTF-8 came before or beside them. `unknown`: no encoding that can be found fits. */
    readonly kind: 'mixed' | 'unknown' | 'not-as-told' | 'zero',
    /** Line endings between the first byte of this piece and them. */
    readonly linesBefore: number,
    readonly encoding: TableEncoding,
  ) {
    super(`Undecodable bytes: ${kind}.`);
  }
}

/** What programs can do faster than this file. */
export interface ByteChecks {
  isAscii(bytes: Uint8Array): boolean;
  isUtf8(bytes: Uint8Array): boolean;
}

const strict = new TextDecoder('utf-8', { fatal: true });
export const plainChecks: ByteChecks = {
  isAscii: (bytes) => bytes.every((byte) => byte < 0x80),
  isUtf8(bytes) {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  },
};

/** Turns a table's bytes, piece by piece and without its byte order mark, into UTF-8. */
export interface TableDecoder {
  /**
   * UTF-8 of the bytes, the same ones where they are UTF-8 already. The end of a cut character is kept for the next
   * piece.
   *
   * @throws UndecodableBytes
   */
  decode(bytes: Uint8Array): Uint8Array;
  /** What is left at the end. @throws UndecodableBytes */
  finish(): Uint8Array;
  /** What it was read as so far. */
  encoding(): TableEncoding;
  /** Only ASCII so far, and nothing was told. */
  asciiSoFar(): boolean;
}

const nothing = new Uint8Array(0);
const newline = 0x0a;

/** `asciiSoFar`: what is UTF-8 so far may still turn out to be Windows-1252. */
export function createTableDecoder(
  options: { encoding: TableEncoding; asciiSoFar: boolean },
  checks: ByteChecks = plainChecks,
): TableDecoder {
  const { encoding } = options;
  if (encoding === 'utf-8') return createUtf8Decoder(options.asciiSoFar, checks);
  // The WHATWG's name for both is the same encoding.
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') return createWesternDecoder(encoding);
  return createForeignDecoder(encoding);
}

function createUtf8Decoder(isOpen: boolean, checks: ByteChecks): TableDecoder {
  let open = isOpen;
  let held: Uint8Array = nothing;
  let western: TableDecoder | undefined;

  /** The piece with what was held back before it. */
  const joined = (bytes: Uint8Array): Uint8Array => {
    if (held.length === 0) return bytes;
    const whole = new Uint8Array(held.length + bytes.length);
    whole.set(held);
    whole.set(bytes, held.length);
    held = nothing;
    return whole;
  };

  const turn = (bytes: Uint8Array): Uint8Array => {
    const { characters, invalid, firstInvalid } = utf8Places(bytes);
    const fail = (kind: UndecodableBytes['kind'], at: number): never => {
      throw new UndecodableBytes(kind, countLines(bytes.subarray(0, at)), 'utf-8');
    };
    // A capital and a sign behind it may look like a character of UTF-8; where it does all the time, it is one.
    if (!open || characters * 50 > invalid) return fail('mixed', firstInvalid);
    if (!looksWestern(bytes)) return fail('unknown', firstInvalid);
    open = false;
    western = createWesternDecoder('windows-1252');
    return western.decode(bytes);
  };

  return {
    decode(piece) {
      if (western !== undefined) return western.decode(piece);
      refuseZero(piece, 'utf-8');
      if (held.length === 0 && checks.isAscii(piece)) return piece;
      const bytes = joined(piece);
      const end = cutCharacter(bytes);
      const whole = bytes.subarray(0, end);
      if (!checks.isUtf8(whole)) return turn(bytes);
      // A copy: the bytes may be written over.
      held = new Uint8Array(bytes.subarray(end));
      if (open && !checks.isAscii(whole)) open = false;
      return whole;
    },
    finish: () => (held.length === 0 ? nothing : turn(joined(nothing))),
    encoding: () => western?.encoding() ?? 'utf-8',
    asciiSoFar: () => open,
  };
}

function createWesternDecoder(encoding: TableEncoding): TableDecoder {
  return {
    decode(bytes) {
      refuseZero(bytes, encoding);
      return windows1252ToUtf8(bytes);
    },
    finish: () => nothing,
    encoding: () => encoding,
    asciiSoFar: () => false,
  };
}

/** Encodings that the platform decodes. */
function createForeignDecoder(encoding: TableEncoding): TableDecoder {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const refuse = (kind: UndecodableBytes['kind'], before: string): never => {
    throw new UndecodableBytes(kind, before.split('\n').length - 1, encoding);
  };
  const textOf = (bytes: Uint8Array, isLast: boolean): string => {
    try {
      return decoder.decode(bytes, { stream: !isLast });
    } catch {
      const [good = ''] = new TextDecoder(encoding).decode(bytes).split('\ufffd');
      return refuse('not-as-told', good);
    }
  };
  const decode = (bytes: Uint8Array, isLast: boolean): Uint8Array => {
    const text = textOf(bytes, isLast);
    const zero = text.indexOf('\0');
    return zero < 0 ? encoder.encode(text) : refuse('zero', text.slice(0, zero));
  };
  return {
    decode: (bytes) => decode(bytes, false),
    finish: () => decode(nothing, true),
    encoding: () => encoding,
    asciiSoFar: () => false,
  };
}

function refuseZero(bytes: Uint8Array, encoding: TableEncoding): void {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new UndecodableBytes('zero', countLines(bytes.subarray(0, zero)), encoding);
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  return lines;
}
