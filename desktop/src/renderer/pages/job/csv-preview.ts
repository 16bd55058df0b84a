import { originKeyHeader } from '@meshdeck/shared';
import { originKey } from '../../state/origin-key.js';

export interface CsvPreview {
  header: string[];
  rows: string[][];
}

/**
 * The first rows of a CSV text that may end anywhere [RFC 4180]. A last line without its end is left out unless
 * `complete`.
 */
export function previewCsv(text: string, maxRows: number, complete: boolean, delimiter = ','): CsvPreview {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  for (let at = 0; at < source.length && records.length <= maxRows; at += 1) {
    const char = source[at];
    if (quoted) {
      if (char !== '"') field += char;
      else if (source[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === delimiter) {
      record.push(field);
      field = '';
    } else if (char === '\n') {
      records.push([...record, field.endsWith('\r') ? field.slice(0, -1) : field]);
      record = [];
      field = '';
    } else field += char;
  }
  if (complete && (field !== '' || record.length > 0) && records.length <= maxRows)
    records.push([...record, field]);
  const [header = [], ...rows] = records;
  return { header, rows: rows.slice(0, maxRows) };
}

const previewBytes = 64 * 1024;

/** Reads the beginning of a file and hangs up. */
export async function readBeginning(
  path: string,
  signal: AbortSignal,
): Promise<{ text: string; complete: boolean }> {
  const response = await fetch(path, {
    signal,
    credentials: 'same-origin',
    headers: { [originKeyHeader]: originKey() },
  });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), complete: true };
    text += decoder.decode(value, { stream: true });
    if (text.length < previewBytes) continue;
    await reader.cancel();
    return { text, complete: false };
  }
}
