import { MeshdeckError } from '../../errors.js';
import type { UndecodableBytes } from './table-decoder.js';

const ambiguous = (message: string) => new MeshdeckError('csv-ambiguous', message);

/** Bytes that are not in the encoding that the table had so far. */
export function undecodable({ kind, encoding }: UndecodableBytes, line: number): MeshdeckError {
  const at = `Line ${line}`;
  if (kind === 'zero') {
    return new MeshdeckError(
      'csv-malformed',
      `${at} holds a zero byte, which no text has. Save the table again as "CSV UTF-8".`,
    );
  }
  if (kind === 'mixed') {
    return ambiguous(
      `${at} has bytes that are no UTF-8, in a table that is UTF-8 elsewhere. ` +
        'Save it again as "CSV UTF-8", or say --encoding windows-1252 if all of it is in that encoding.',
    );
  }
  if (kind === 'unknown') {
    return ambiguous(
      `${at} is neither UTF-8 nor, by its letters, Windows-1252. Say how the table is written, such as ` +
        '--encoding windows-1250, windows-1251, shift_jis or gb18030, or save it as "CSV UTF-8".',
    );
  }
  return new MeshdeckError(
    'csv-malformed',
    `${at} has bytes that are no ${encoding.toUpperCase()}. Say another --encoding, or save the table as "CSV UTF-8".`,
  );
}
