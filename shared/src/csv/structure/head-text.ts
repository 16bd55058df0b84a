import type { TableDelimiter } from '../../models/reading.js';
import { createCarriageReturnEnds } from '../encoding/carriage-returns.js';
import { markBytes } from '../encoding/find-encoding.js';
import { createTableDecoder, UndecodableBytes, type TableDecoder } from '../encoding/table-decoder.js';
import { undecodable } from '../encoding/undecodable.js';
import type { TableForm } from '../form.js';
import type { TableStart } from './choose-delimiter.js';

const separatorLine = /^"?sep=(\\t|tab|.)"?[,;|\t]*\r*(?:\n|$)/i;

/** A table's first bytes as UTF-8. @throws MeshdeckError csv-malformed, csv-ambiguous */
export function decodeHead(decoder: TableDecoder, head: Uint8Array, isWhole: boolean): Uint8Array {
  try {
    const text = decoder.decode(head);
    const end = isWhole ? decoder.finish() : new Uint8Array(0);
    if (end.length === 0) return text;
    const whole = new Uint8Array(text.length + end.length);
    whole.set(text);
    whole.set(end, text.length);
    return whole;
  } catch (error) {
    if (error instanceof UndecodableBytes) throw undecodable(error, error.linesBefore + 1);
    throw error;
  }
}

/** The text of a table's start in a known form. @throws MeshdeckError csv-malformed, csv-ambiguous */
export function headText(form: TableForm, head: Uint8Array, isWhole: boolean): string {
  const { encoding, asciiSoFar, bom, delimiter, lineEnding } = form;
  const decoder = createTableDecoder({ encoding, asciiSoFar });
  const utf8 = decodeHead(decoder, head.subarray(bom ? markBytes(head, encoding) : 0), isWhole);
  if (lineEnding !== '\r') return asText(utf8);
  const bytes = new Uint8Array(utf8);
  createCarriageReturnEnds(delimiter.charCodeAt(0))(bytes);
  return asText(bytes);
}

const asText = (utf8: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8);

/** A table's start as text; `named`: the delimiter that its first line names (`sep=;`), or that is told. */
export function startOf(
  utf8: Uint8Array,
  endsInReturns: boolean,
  isWhole: boolean,
  told: TableDelimiter | undefined,
): TableStart & { named: TableDelimiter | null } {
  const plain = asText(utf8);
  const texts = new Map<string, string>();
  const text = (delimiter: string): string => {
    if (!endsInReturns) return plain;
    const known = texts.get(delimiter);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(utf8);
    createCarriageReturnEnds(delimiter.charCodeAt(0))(bytes);
    const made = asText(bytes);
    texts.set(delimiter, made);
    return made;
  };
  const line = separatorLine.exec(endsInReturns ? plain.replaceAll('\r', '\n') : plain);
  if (line === null) return { text, isWhole, from: { at: 0, line: 1 }, named: null };
  const [whole, sign = ''] = line;
  const named = told ?? delimiterOf(sign);
  return { text, isWhole, from: { at: whole.length, line: 2 }, named };
}

function delimiterOf(sign: string): TableDelimiter | null {
  if (sign === '\\t' || sign.toLowerCase() === 'tab') return '\t';
  return sign === ',' || sign === ';' || sign === '\t' || sign === '|' || sign === ' ' ? sign : null;
}
