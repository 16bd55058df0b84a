import type { JobView, ReadingOptions, TableSource } from '@meshdeck/shared';

/** Which sheet of a workbook holds the table. It is said of one file, and forgotten with the next. */
export class SheetChoice {
  #said = $state.raw<{ sha256: string; sheet: string } | null>(null);
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** As an earlier job had it; nobody is told. */
  take(source: Pick<TableSource, 'file' | 'sheet'> | undefined): void {
    this.#said = source?.sheet === undefined ? null : { sha256: source.file.sha256, sheet: source.sheet };
  }

  choose(sha256: string, sheet: string): void {
    this.#said = { sha256, sheet };
    this.#changed();
  }

  /** What a question about this file says of it. */
  asked(sha256: string): { sheet?: string } {
    return this.#said?.sha256 === sha256 ? { sheet: this.#said.sheet } : {};
  }
}

/** Of a table that the hub made, the form is its own: nobody said it. */
export function saidOfTable(reading: ReadingOptions, source: JobView['source']): ReadingOptions {
  if (source === undefined) return reading;
  const { encoding: _encoding, delimiter: _delimiter, decimal: _decimal, ...said } = reading;
  return said;
}
