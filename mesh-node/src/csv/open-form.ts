import { isAscii, isUtf8 } from 'node:buffer';
import type { ReadingOptions } from '@meshdeck/shared';
import {
  createLineFinder,
  findForm,
  hasEnoughLines,
  headBytes,
  headText,
  maxRecordBytes,
  recordTooLong,
  tableNames,
  tailBytes,
  type TableForm,
  type TableNames,
} from '@meshdeck/shared/csv';
import type { TableSource } from './table-source.js';

/** What Node does faster than the code that browsers share. */
export const nodeChecks = { isAscii, isUtf8 };

/** A table whose form is known, and what was read of it for that. */
export interface OpenedForm extends TableNames {
  form: TableForm;
  /** The header as the table has it, in UTF-8, without its line ending; null where there is none. */
  header: Buffer | null;
  /** The file's first bytes, as they are. */
  head: Buffer;
}

/** Reads as much of a table as its form needs, and finds it, or takes the one that is given. @throws as `findForm` */
export async function openForm(
  source: TableSource,
  { told = {}, form, hasAllRows }: { told?: ReadingOptions; form?: TableForm; hasAllRows: boolean },
): Promise<OpenedForm> {
  const { sizeBytes } = source;
  const head = await readHead(source);
  const isWhole = head.length >= sizeBytes;
  if (!isWhole && !hasEnoughLines(head)) throw recordTooLong(1);
  if (form !== undefined) return { ...named(form, headText(form, head, isWhole)), head };
  const from = Math.max(head.length, sizeBytes - tailBytes);
  // An even place in the file, for UTF-16.
  const tail = isWhole ? Buffer.alloc(0) : await source.readAt(from + (from % 2), sizeBytes);
  const found = findForm({ head, tail, isWhole, hasAllRows }, told, nodeChecks);
  const whole = await withToldFooter(found.form, source, told.footer);
  return { ...named(whole, found.text), head };
}

async function readHead(source: TableSource): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for (let most = Math.min(headBytes, source.sizeBytes + 1); head.length < maxRecordBytes;) {
    const bytes = await source.read(most);
    if (bytes.length === 0) break;
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    if (head.length >= Math.min(headBytes, source.sizeBytes) && hasEnoughLines(head)) break;
    if (head.length >= source.sizeBytes) break;
    most = headBytes;
  }
  return head;
}

function named(form: TableForm, text: string): Omit<OpenedForm, 'head'> {
  const names = tableNames(form, text);
  return { form, ...names, header: names.record === null ? null : Buffer.from(names.record) };
}

/** Rows end before a line that was told. */
async function withToldFooter(
  form: TableForm,
  source: TableSource,
  footer: ReadingOptions['footer'],
): Promise<TableForm> {
  if (typeof footer !== 'number') return form;
  const finder = createLineFinder(form, footer);
  const { sizeBytes } = source;
  for (let at = 0; at < sizeBytes; at += headBytes) {
    const place = finder.take(await source.readAt(at, Math.min(at + headBytes, sizeBytes)));
    if (place !== null) return { ...form, footerBytes: sizeBytes - place };
  }
  return form;
}
