import { MeshdeckError } from '@meshdeck/shared';

/** What a file is that the hub cannot turn into a table: the person's to mend. */
export const refused = (sentence: string): MeshdeckError => new MeshdeckError('csv-malformed', sentence);

/** A workbook has several sheets and nobody said which, or named one that it does not have. */
export class SheetQuestion extends MeshdeckError {
  /** Those that are shown and hold something, in the workbook's order. */
  readonly sheets: readonly string[];

  constructor(sentence: string, sheets: readonly string[]) {
    super('csv-ambiguous', sentence);
    this.sheets = sheets;
  }
}

const mostShown = 60;

/** A cell's or a key's text in a sentence. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > mostShown ? `${text.slice(0, mostShown)}...` : text);

const mostNames = 12;

/** `"a", "b" and 3 more` */
export function shownNames(names: readonly string[]): string {
  const some = names.slice(0, mostNames).map(shown).join(', ');
  return names.length > mostNames ? `${some} and ${names.length - mostNames} more` : some;
}
