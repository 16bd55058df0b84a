import type { ColumnValues } from './models/reading.js';

const named = (text: string): string => JSON.stringify(text);
const list = (texts: readonly string[]): string => texts.map(named).join(', ');
const count = (cells: number, one: string, more = `${one}s`): string =>
  `${cells} ${cells === 1 ? one : more}`;

/**
 * Sentences for what was noticed about cells, for people. A function of the counts alone: those of a table that was read in
 * parts are added up first.
 */
export function warningsOfValues(values: readonly ColumnValues[]): string[] {
  return values.flatMap((column) => [
    ...(column.missing > 0 ? [missingSentence(column)] : []),
    ...(column.unseen > 0 ? [unseenSentence(column)] : []),
    ...(column.trimmable > 0 ? [nearSentence(column)] : []),
  ]);
}

function missingSentence({ column, missing }: ColumnValues): string {
  const cells = count(missing, 'cell has', 'cells have');
  return `Column ${named(column)}: ${cells} no value; the model gets NaN or an empty text there, and many models give a result all the same.`;
}

function unseenSentence({ column, unseen, unseenExamples, words }: ColumnValues): string {
  if (words === true) {
    const texts = count(unseen, 'text');
    return `Column ${named(column)}: ${texts} without a word that the model knows, such as ${list(unseenExamples)}.`;
  }
  // Five examples may be some of more values; fewer are all there are.
  if (unseenExamples.length < 5) {
    const values = count(unseenExamples.length, 'value');
    const cells = unseen === unseenExamples.length ? '' : ` (in ${count(unseen, 'cell')})`;
    return `Column ${named(column)}: ${values} the model has never seen${cells}: ${list(unseenExamples)}.`;
  }
  return `Column ${named(column)}: ${count(unseen, 'cell')} with values the model has never seen, such as ${list(unseenExamples)}.`;
}

function nearSentence({ column, trimmable, near = [] }: ColumnValues): string {
  const [first] = near;
  const example = first === undefined ? '' : `, such as ${named(first.cell)} for ${named(first.known)}`;
  const cells = count(trimmable, 'of these cells', 'of these cells');
  return `Column ${named(column)}: ${cells} would be known without blanks around the text or in another case${example}.`;
}
