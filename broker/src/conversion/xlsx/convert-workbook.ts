import { open } from 'node:fs/promises';
import { formatNumber, MeshdeckError } from '@meshdeck/shared';
import type { Convert } from '../conversion.js';
import type { CsvWriter } from '../csv-writer.js';
import { createNumberTexts, type NumberTexts } from '../number-texts.js';
import { refused, shown } from '../refusal.js';
import { cellText, placeWords } from './cell-text.js';
import { chooseSheet } from './choose-sheet.js';
import { readNumberFormats } from './number-formats.js';
import { readSharedStrings } from './shared-strings.js';
import { columnLetters, readSheet, type CellContext, type SheetRow } from './sheet-cells.js';
import { createShapeCollector, requireOnlyTitlesMerged, type SheetShape } from './sheet-shape.js';
import { readWorkbook, type Workbook } from './workbook.js';
import { openZipParts, type ZipParts } from './zip-parts.js';

const oldContainer = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** The list of what is in an old container lies anywhere in it. */
const mostSearched = 64 * 1024 * 1024;

/** Excel before 2007 and what is locked by a password share a container, and only what is in it tells them apart. */
async function refuseOldContainer(path: string, name: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(8);
    await file.read(head, 0, 8, 0);
    if (!head.equals(oldContainer)) return;
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, mostSearched));
    await file.read(bytes, 0, bytes.length, 0);
    throw refused(
      bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
        ? `${name} is locked by a password. Save it without one (File > Info > Protect Workbook), or save the sheet as CSV.`
        : `${name} is an old Excel workbook (.xls). Open it and save it as .xlsx or as CSV.`,
    );
  } finally {
    await file.close();
  }
}

/** What was seen while cells were written, for the notes. */
function createTally() {
  const percent = new Set<number>();
  let formulas = 0;
  let missing = 0;
  let hiddenRows = 0;
  return {
    take({ cells, isHidden }: SheetRow): void {
      if (isHidden && cells.length > 0) hiddenRows += 1;
      for (const { value, meaning, isFormula, column } of cells) {
        if (isFormula) formulas += 1;
        if (value.kind === 'error') missing += 1;
        if (value.kind === 'number' && meaning === 'percent') percent.add(column);
      }
    },
    notes(hiddenColumns: readonly number[]): string[] {
      const columns = (list: Iterable<number>) => [...list].sort((a, b) => a - b).map(columnLetters);
      const some = (list: string[]) =>
        `${list.slice(0, 8).join(', ')}${list.length > 8 ? ' and others' : ''}`;
      const are = (count: number, what: string) =>
        `${formatNumber(count)} ${what}${count === 1 ? ' is' : 's are'}`;
      return [
        ...(formulas > 0
          ? [`${are(formulas, 'cell')} calculated by formulas: taken as last calculated.`]
          : []),
        ...(missing > 0 ? [`${are(missing, 'cell')} #N/A: taken as missing.`] : []),
        ...(percent.size > 0
          ? [`Shown in percent: ${some(columns(percent))}. Taken as the numbers they are: 12% is 0.12.`]
          : []),
        ...(hiddenRows > 0
          ? [`${are(hiddenRows, 'row')} hidden on the sheet, and taken like the others.`]
          : []),
        ...(hiddenColumns.length > 0
          ? [`Hidden on the sheet, and taken like the others: ${some(columns(hiddenColumns))}.`]
          : []),
      ];
    },
  };
}

async function writeSheet(
  parts: ZipParts,
  sheet: { name: string; part: string },
  given: { workbook: Workbook; context: CellContext; shape: SheetShape; csv: CsvWriter; texts: NumberTexts },
): Promise<string[]> {
  const { workbook, context, shape, csv, texts } = given;
  const options = { sheet: sheet.name, ...workbook };
  const tally = createTally();
  const hidden = new Set<number>();
  const width = shape.right - shape.left + 1;
  let written = 0;
  await readSheet(parts, sheet.part, context, {
    /** Rows keep their numbers as lines: one without anything is a blank line. */
    row(row) {
      if (row.cells.length === 0) return;
      tally.take(row);
      for (; written < row.number - 1; written++) csv.blankLine();
      const fields = new Array<string>(width).fill('');
      for (const cell of row.cells) {
        const { column, value, meaning } = cell;
        const place = `${columnLetters(column)}${row.number}`;
        const field = cellText(cell, place, options);
        fields[column - shape.left] = field;
        if (value.kind === 'text') texts.text(column, value.text, () => placeWords(place, sheet.name));
        else if (value.kind === 'number' && (meaning === 'number' || meaning === 'percent'))
          texts.number(column, field);
      }
      csv.row(fields);
      written = row.number;
    },
    afterPiece: async () => csv.drain(),
    hiddenColumns(from, to) {
      for (let column = Math.max(from, shape.left); column <= Math.min(to, shape.right); column++)
        hidden.add(column);
    },
  });
  return tally.notes([...hidden]);
}

/** Turns one sheet of an .xlsx (or .xlsm) workbook into a CSV. */
export const convertWorkbook: Convert = async ({ path, name, sheet: asked }, csv) => {
  await refuseOldContainer(path, name);
  const parts = await openZipParts(path, name);
  try {
    const workbook = await readWorkbook(parts, name);
    const context = {
      strings: await readSharedStrings(parts, workbook.sharedStrings),
      formats: await readNumberFormats(parts, workbook.styles),
    };
    const { sheet, sheets } = await chooseSheet(workbook, { name, sheet: asked }, async ({ part }) => {
      let isFilled = false;
      await readSheet(parts, part, context, {
        row: ({ cells }) => (isFilled ||= cells.length > 0),
        isDone: () => isFilled,
      });
      return isFilled;
    });
    const collector = createShapeCollector(sheet.name);
    await readSheet(parts, sheet.part, context, collector);
    const shape = collector.shape();
    if (shape === null)
      throw new MeshdeckError('csv-empty', `Sheet ${shown(sheet.name)} of ${name} is empty.`);
    const titles = requireOnlyTitlesMerged(shape, sheet.name);
    const texts = createNumberTexts();
    const notes = await writeSheet(parts, sheet, { workbook, context, shape, csv, texts });
    return {
      ...texts.end(),
      sheet: sheet.name,
      sheets,
      notes: [
        ...(shape.left > 1
          ? [
              `The table begins in column ${columnLetters(shape.left)}: the empty ones before it are left out.`,
            ]
          : []),
        ...(titles.length > 0
          ? [`Merged over a row of their own, and taken as one text: ${titles.slice(0, 8).join(', ')}.`]
          : []),
        ...notes,
      ],
    };
  } finally {
    parts.close();
  }
};
