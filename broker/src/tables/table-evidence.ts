import { createEvidenceScan, createRecordScanner, createTableDecoder, evidence } from '@meshdeck/shared/csv';
import type { Table } from './open-table.js';
import { readChunks } from './read-chunks.js';
import { nodeChecks } from './table-file.js';

/** Evidence of so many columns goes with every order. */
const mostColumns = 4096;
/** Numbers, words and dates as programs write them. */
const plain =
  evidence.missing |
  evidence.zeroOne |
  evidence.otherNumber |
  evidence.pointDecimal |
  evidence.pointOpen |
  evidence.date |
  evidence.text;

/**
 * What each column's cells show about how numbers are written, so that every shard reads them as the whole table says.
 * Undefined where nothing is to be decided: between commas, without quotes, a number has no comma in it, and its first
 * rows and the lack of other signs tell that a program wrote it. Else reads the table once more.
 *
 * @throws MeshdeckError cancelled
 */
export async function tableEvidence(table: Table, signal?: AbortSignal): Promise<number[] | undefined> {
  const { path, form, rules, headerBytes, rowsEnd, sawQuote, sawSigns } = table;
  if (form === null || rules === undefined || form.fields > mostColumns) return undefined;
  const mayBePlain = form.delimiter === ',' && !sawQuote && !sawSigns;
  const decode = (bytes: Uint8Array) => createTableDecoder(form, nodeChecks).decode(bytes);
  const header = rules.header === null ? null : decode(rules.header);
  const scan = createEvidenceScan({ ...rules, header });
  const records = createRecordScanner(rules);
  let carried = Buffer.alloc(0);
  for await (const chunk of readChunks({ path, start: headerBytes, end: rowsEnd, signal })) {
    records.take(chunk);
    const open = records.openBytes();
    const bytes = Buffer.concat([carried, chunk]);
    scan.take(decode(bytes.subarray(0, bytes.length - open)));
    carried = bytes.subarray(bytes.length - open);
    if (mayBePlain && scan.masks().every((mask) => (mask & ~plain) === 0)) return undefined;
  }
  scan.take(decode(carried));
  return scan.masks();
}
