import type { Preview } from '@meshdeck/shared';
import { cellText, type CsvBlock } from '../../csv/csv-block.js';
import { float32Bytes, writeFloat32 } from '../../csv/format-number.js';
import type { CsvWriter } from '../../csv/write-csv.js';

const mostRows = 20;
/** Of a wide table the first columns do; of what was predicted, all that a person may look through. */
const mostInputColumns = 100;
const mostResultColumns = 200;
const mostCharacters = 200;
const mostBytes = 256 * 1024;

/** Keeps the first rows of a result as text while they are written. */
export interface PreviewRecorder {
  /** The result's columns are known. */
  start(header: readonly string[], resultColumns: readonly string[]): void;
  /** The writer is to be given the result cells of this row next. */
  row(block: CsvBlock, row: number): void;
  /** The same of a row that stands in no block: its cells before the result's. */
  cells(texts: readonly string[]): void;
  /** The same writer, listened to. */
  listen(writer: CsvWriter): CsvWriter;
  /** Null where nothing was predicted. */
  taken(): Preview | null;
}

export function createPreviewRecorder(): PreviewRecorder {
  const digits = Buffer.alloc(float32Bytes);
  const rows: string[][] = [];
  let inputColumns = 0;
  let columns: string[] = [];
  let leftOut = 0;
  let current: string[] | undefined;

  const push = (text: string) => {
    if (current !== undefined && current.length < columns.length) current.push(cut(text));
  };

  const begin = (cells: () => readonly string[]) => {
    current = undefined;
    if (rows.length >= mostRows) return;
    current = cells().map(cut);
    rows.push(current);
  };

  return {
    start(header, resultColumns) {
      inputColumns = Math.min(header.length, mostInputColumns);
      columns = [...header.slice(0, inputColumns), ...resultColumns.slice(0, mostResultColumns)].map(cut);
      leftOut = header.length + resultColumns.length - columns.length;
    },
    row(block, row) {
      begin(() => Array.from({ length: inputColumns }, (_, column) => cellText(block, row, column)));
    },
    cells: (texts) => begin(() => texts),
    listen: (writer) => ({
      ...writer,
      plainField(text) {
        push(text);
        writer.plainField(text);
      },
      floatField(value) {
        push(digits.toString('latin1', 0, writeFloat32(value, digits, 0)));
        writer.floatField(value);
      },
      textField(text) {
        push(text);
        writer.textField(text);
      },
    }),
    taken() {
      if (rows.length === 0) return null;
      const preview = { columns, ...(leftOut > 0 && { columnsLeftOut: leftOut }), rows };
      while (rows.length > 1 && Buffer.byteLength(JSON.stringify(preview)) > mostBytes) rows.pop();
      return preview;
    },
  };
}

const cut = (text: string) => text.slice(0, mostCharacters);
