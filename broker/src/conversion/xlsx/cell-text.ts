import { csvText } from '../csv-writer.js';
import { refused, shown } from '../refusal.js';
import { serialDate } from './serial-dates.js';
import type { SheetCell } from './sheet-cells.js';

export interface CellTextOptions {
  sheet: string;
  from1904: boolean;
  isToBeCalculated: boolean;
}

/** The place of a cell, as people look for it. */
export const placeWords = (place: string, sheet: string): string => `Cell ${place} of sheet ${shown(sheet)}`;

/** Some programs write whole numbers that no double holds: their digits stay. */
const isWhole = (text: string) => /^-?(?:0|[1-9]\d*)$/.test(text);

function numberText(text: string, where: () => string): string {
  if (isWhole(text)) return text;
  const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) throw refused(`${where()} holds ${shown(text)}, which is no number.`);
  // Written by Excel with 17 digits, of which these are the fewest that read back as the same number.
  return String(number);
}

/**
 * A cell as a field of a CSV: numbers by the fewest digits that give them back, dates as ISO 8601, truth values as True and
 * False, errors refused but for #N/A, which is what Excel has for a missing value.
 */
export function cellText(cell: SheetCell, place: string, options: CellTextOptions): string {
  const { value, meaning } = cell;
  const where = () => placeWords(place, options.sheet);
  if (value.kind === 'uncalculated' || (cell.isFormula && options.isToBeCalculated)) {
    throw refused(
      `${where()} is a formula that has not been calculated: the program that wrote the workbook left that to Excel. ` +
        'Open the workbook in Excel or LibreOffice, save it, and give that.',
    );
  }
  switch (value.kind) {
    case 'text':
      return csvText(value.text);
    case 'bool':
      return value.isTrue ? 'True' : 'False';
    case 'error':
      if (value.text === '#N/A') return '';
      throw refused(
        `${where()} holds the error ${value.text}. Mend its formula, or empty the cell if the value is missing.`,
      );
    case 'isoDate':
      return csvText(value.text);
    case 'number': {
      if (meaning === 'number' || meaning === 'percent') return numberText(value.text, where);
      const date = serialDate(Number(value.text), meaning, options.from1904);
      if (date !== null) return date;
      throw refused(
        `${where()} is shown as a date, and its number ${value.text} is none. Give it a date, or the format of a number.`,
      );
    }
  }
}
