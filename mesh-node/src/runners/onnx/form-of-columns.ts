import type { ReadingOptions } from '@meshdeck/shared';
import { evidence } from '@meshdeck/shared/csv';
import type { CsvBlock } from '../../csv/csv-block.js';
import {
  decideNumberForm,
  shownDecimal,
  showsComma,
  showsPoint,
  type NumberForm,
} from '../../csv/number-form.js';
import { contradictingSigns, type CellPlace } from './cell-refusal.js';
import { findCell, standsForTruth, type ColumnProfile } from './column-profile.js';

/** The number form of the columns that feed the model. @throws MeshdeckError csv-ambiguous where they contradict */
export function formOfColumns(
  numbers: readonly number[],
  {
    columns,
    delimiter,
    told,
    block,
    header,
  }: {
    columns: readonly ColumnProfile[];
    delimiter: string;
    told: ReadingOptions;
    block: CsvBlock;
    header: readonly string[];
  },
): NumberForm {
  const written = numbers.filter((column) => {
    const profile = columns[column];
    return profile !== undefined && !standsForTruth(profile);
  });
  const bits = written.reduce((joined, column) => joined | (columns[column]?.bits ?? 0), 0);
  if (told.decimal === undefined && shownDecimal(bits) === 'both') {
    /** A cell that shows it, or the name of its column where it stands further down. */
    const example = (certain: number, open: number): CellPlace | string => {
      const wanted = (bits & certain) !== 0 ? certain : open;
      const showing = written.filter((column) => ((columns[column]?.bits ?? 0) & wanted) !== 0);
      for (const column of showing) {
        const cell = findCell(block, column, wanted);
        if (cell === undefined) continue;
        return { line: block.lines[cell.row] ?? 0, column: header[column] ?? '', text: cell.text };
      }
      return header[showing[0] ?? 0] ?? '';
    };
    const point = example(showsPoint, evidence.pointOpen);
    const comma = example(showsComma, evidence.commaOpen);
    throw contradictingSigns(point, comma);
  }
  return decideNumberForm({ bits, delimiter, told: told.decimal });
}
