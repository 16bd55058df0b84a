import type { ReadingOptions } from '@meshdeck/shared';
import { createLineFinder, createTableDecoder, type TableForm } from '@meshdeck/shared/csv';
import { readChunks } from './read-chunks.js';
import { createRowMarks } from './row-marks.js';
import { scanRows, type RowScan } from './scan-rows.js';
import { nodeChecks, readEnds } from './table-file.js';
import { formRegion, scriptRegion, type TableRegion } from './table-region.js';

const percent = 0x25;
const dollar = 0x24;

/** A table in a file that does not change, and where its rows lie. */
export interface Table extends TableRegion, Omit<RowScan, 'quoteOpen'> {
  path: string;
  bytes: number;
  /** A per cent sign, a dollar, or a character that ASCII lacks stands in it. */
  sawSigns: boolean;
}

/**
 * Finds where a table's rows lie, in one pass and constant memory, in the form in which the agent reads it. `told`: what
 * was said about its reading. `isForScript`: a program reads it, to which every record is a row.
 *
 * @throws MeshdeckError csv-empty without a header; csv-malformed for what is no text; csv-ambiguous where it can be read
 *   in two ways; cancelled. UndecodableBytes for bytes in another encoding than those before them.
 */
export async function openTable({
  path,
  told = {},
  isForScript = false,
  signal,
}: {
  path: string;
  told?: ReadingOptions | undefined;
  isForScript?: boolean;
  signal?: AbortSignal;
}): Promise<Table> {
  const ends = await readEnds(path);
  const region = isForScript
    ? scriptRegion(ends)
    : await formRegion(ends, told, (form) => footerBytes(path, form, told.footer, signal));
  const { headerBytes, headerLines, rowsEnd, form, rules } = region;
  const table = { ...region, path, bytes: ends.sizeBytes };
  const from = { offset: headerBytes, lines: headerLines };
  if (region.indivisible !== null) {
    return {
      ...table,
      rows: 0,
      records: 0,
      sawQuote: false,
      sawSigns: false,
      marks: createRowMarks({ row: 0, ...from }),
    };
  }
  const text = createTableDecoder(form ?? { encoding: 'utf-8', asciiSoFar: true }, nodeChecks);
  let [hasZeros, sawSigns] = [false, false];
  const check = (chunk: Uint8Array): void => {
    if (form === null) hasZeros ||= chunk.includes(0);
    else text.decode(chunk);
    // The decoder has looked at every byte while all of them were ASCII.
    const isAscii = form?.asciiSoFar === true ? text.asciiSoFar() : nodeChecks.isAscii(chunk);
    sawSigns ||= !isAscii || chunk.includes(percent) || chunk.includes(dollar);
  };
  if (form !== null) text.decode(ends.head.subarray(0, headerBytes));
  const chunks = readChunks({ path, start: headerBytes, end: rowsEnd, signal });
  const { quoteOpen, ...scan } = await scanRows(chunks, from, rules, check);
  if (form !== null) text.finish();
  const whole = form === null ? null : { ...form, encoding: text.encoding(), asciiSoFar: false };
  return { ...table, ...scan, sawSigns, form: whole, indivisible: whyWhole(scan.rows, quoteOpen, hasZeros) };
}

function whyWhole(rows: number, quoteOpen: boolean, hasZeros: boolean): string | null {
  if (rows === 0) return 'The table has no rows.';
  if (quoteOpen) return 'A quote in the table is never closed.';
  return hasZeros ? 'The table holds zero bytes.' : null;
}

/** Bytes of what stands below the rows: found, or from a line that was told. */
async function footerBytes(
  path: string,
  form: TableForm,
  told: ReadingOptions['footer'],
  signal: AbortSignal | undefined,
): Promise<number> {
  if (typeof told !== 'number') return form.footerBytes;
  const finder = createLineFinder(form, told);
  let bytes = 0;
  let place: number | null = null;
  for await (const chunk of readChunks({ path, signal })) {
    place ??= finder.take(chunk);
    bytes += chunk.length;
  }
  return place === null ? 0 : bytes - place;
}
