import type { TableFormat } from '../models/table-source.js';
import { zipEntryNames } from './zip-names.js';

/** So many of a file's first bytes tell what it is. */
export const formatHeadBytes = 4096;

const isControl = (sign: string) => sign < '\t' || (sign > '\r' && sign < ' ');

const officePart =
  /^(?:\[content_types\]\.xml$|_rels\/|docprops\/|xl\/(?:(?:workbook|styles|sharedstrings|calcchain|metadata)\.(?:xml|bin)$|(?:_rels|worksheets|chartsheets|drawings|theme|tables|printersettings|externallinks)\/.+\.(?:xml|rels|bin|vml)$))/i;

/** Whether a zip archive that begins so is a workbook, or a document of such a kind. */
export function isOfficeArchive(head: Uint8Array): boolean {
  const names = zipEntryNames(head);
  if (names.some((name) => officePart.test(name))) return true;
  return names[0] === 'mimetype' && String.fromCharCode(...head.subarray(0, 256)).includes('opendocument');
}

/**
 * What a file is by its first bytes, where it is no text table but one that the hub can turn into a CSV, or is one of that
 * kind which it refuses with the reason (.xls, .ods, encrypted). Null: a text table, or what only its reader can name.
 */
export function tableFormat(head: Uint8Array): TableFormat | null {
  const text = String.fromCharCode(...head.subarray(0, formatHeadBytes));
  if (text.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'xlsx';
  if (text.startsWith('PK\x03\x04')) {
    return isOfficeArchive(head.subarray(0, formatHeadBytes)) ? 'xlsx' : null;
  }
  // Names of columns may begin like this.
  if (/^PAR[1E]/.test(text)) return [...text].some(isControl) ? 'parquet' : null;
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  return /^\[\s*[[{]|^\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})/.test(start) ? 'json' : null;
}
