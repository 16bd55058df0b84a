import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTableDecoder, UndecodableBytes } from './table-decoder.js';

const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Decodes bytes in pieces. */
function decode(
  bytes: Uint8Array,
  pieceBytes: number,
  options: Parameters<typeof createTableDecoder>[0] = { encoding: 'utf-8', asciiSoFar: true },
): { text: string; encoding: string } {
  const decoder = createTableDecoder(options);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    // The piece is written over once it was decoded, as a reader's buffers are.
    const piece = bytes.slice(at, at + pieceBytes);
    pieces.push(decoder.decode(piece).slice());
    piece.fill(0x2a);
  }
  pieces.push(decoder.finish().slice());
  const text = pieces.map((piece) => [...piece]).flat();
  return {
    text: new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text)),
    encoding: decoder.encoding(),
  };
}

describe('the text of a table', () => {
  it('is the same however its bytes come in, in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), (any, piece) => {
        const text = any.replaceAll('\0', '');
        fc.pre(text.isWellFormed());
        expect(decode(utf8(text), piece).text).toBe(text);
      }),
    );
  });

  it('is the same however its bytes come in, in Windows-1252 behind any ASCII', () => {
    const words = fc.constantFrom(
      'Köln',
      'Genève',
      'plain',
      'Zürich',
      '12.5',
      'fjörd',
      'x',
      'señor',
      'Ångström',
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (parts, piece) => {
        const text = parts.join(',\n');
        const { text: read, encoding } = decode(latin1(text), piece);
        expect(read).toBe(text);
        expect(encoding).toBe(/[^ -~\n]/.test(text) ? 'windows-1252' : 'utf-8');
      }),
    );
  });

  it('has the signs that Windows-1252 has in place of controls', () => {
    const { text } = decode(latin1('5 \x80 \x96 10 \x80, \x93a\x94 it\x92s'), 4);
    expect(text).toBe('5 € – 10 €, “a” it’s');
  });

  it('is what was told', () => {
    expect(
      decode(Uint8Array.from([0xca, 0xe8, 0xe5, 0xe2]), 1, { encoding: 'windows-1251', asciiSoFar: false })
        .text,
    ).toBe('Киев');
    expect(
      decode(Uint8Array.from([0x93, 0x8c, 0x8b, 0x9e]), 3, { encoding: 'shift_jis', asciiSoFar: false }).text,
    ).toBe('東京');
    expect(
      decode(Uint8Array.from([0x41, 0, 0xe9, 0]), 1, { encoding: 'utf-16le', asciiSoFar: false }).text,
    ).toBe('Aé');
  });
});

describe('bytes that are no such text', () => {
  const refused = (bytes: Uint8Array, piece: number, encoding: 'utf-8' | 'utf-16le' = 'utf-8') => {
    try {
      decode(bytes, piece, { encoding, asciiSoFar: encoding === 'utf-8' });
    } catch (error) {
      if (error instanceof UndecodableBytes) return [error.kind, error.linesBefore];
      throw error;
    }
    return 'decoded';
  };

  it.each([
    ['UTF-8, then Latin-1', new Uint8Array([...utf8('Köln\nx\n'), ...latin1('Müller')]), 'mixed', 2],
    ['a cut character at the end', new Uint8Array([...utf8('Köln\n'), 0xc3]), 'mixed', 0],
    [
      'Cyrillic',
      Uint8Array.from([0xcc, 0xee, 0xf1, 0xea, 0xe2, 0xe0, 0x2c, 0xca, 0xe8, 0xe5, 0xe2]),
      'unknown',
      0,
    ],
    ['Polish in Windows-1250', latin1('a\nWa\xb3brzych'), 'unknown', 1],
    ['a byte that Windows-1252 leaves out', latin1('a\nb\nx\x81y'), 'unknown', 2],
    ['zero bytes', utf8('a\nb\0'), 'zero', 1],
  ])('are told: %s', (_, bytes, kind, lines) => {
    expect(refused(bytes, 1000)).toEqual([kind, lines]);
  });

  it('are told in UTF-16, too', () => {
    expect(refused(Uint8Array.from([0x41, 0, 0x0a, 0, 0x00, 0xd8, 0x41, 0]), 100, 'utf-16le')).toEqual([
      'not-as-told',
      1,
    ]);
  });
});
