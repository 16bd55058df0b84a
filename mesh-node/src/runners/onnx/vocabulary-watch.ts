import type { ColumnValues } from '@meshdeck/shared';
import { lookUp, type Vocabulary } from '@meshdeck/shared/onnx';

/** A value that the model would know if it were written a little differently. */
interface Near {
  cell: string;
  known: string;
}

type Verdict = 'seen' | 'unseen' | Near;

/** What one column's cells show about values that the model has not learned. */
export interface VocabularyWatch {
  /** Whether the model holds a cell's text, as it gets it. */
  holds(cell: string): boolean;
  /** The same; what it does not hold is counted. */
  look(cell: string): boolean;
  /** The model refuses to run on values it does not hold. */
  readonly failsOnOthers: boolean;
  counted(): Pick<ColumnValues, 'unseen' | 'unseenExamples' | 'trimmable' | 'near' | 'words'>;
}

/** Verdicts kept; a column of more distinct texts is looked up cell by cell. */
const mostVerdicts = 10_000;
const mostExamples = 5;
const longestExample = 60;

/**
 * Watches a column that the model looks up in `vocabularies`; undefined where it looks it up in none. Each distinct value
 * is looked up once, and only counts and the first few examples are kept.
 */
export function watchVocabulary(vocabularies: readonly Vocabulary[]): VocabularyWatch | undefined {
  // A comparison with some values says nothing about the others: an encoder may have left one out on purpose.
  const held = vocabularies.filter(({ operator }) => operator !== 'Equal');
  if (held.length === 0) return undefined;
  const verdicts = new Map<string, Verdict>();
  const nearest = createNearest(held);
  const examples = new Set<string>();
  const near = new Map<string, string>();
  let unseen = 0;
  let trimmable = 0;

  const isHeld = (cell: string): boolean => held.some((vocabulary) => holds(vocabulary, cell));

  function judge(cell: string): Verdict {
    if (isHeld(cell)) return 'seen';
    const known = nearest(cell);
    return known === undefined ? 'unseen' : { cell, known };
  }

  return {
    holds: isHeld,
    failsOnOthers: held.some(({ failsOnOthers }) => failsOnOthers),
    look(cell) {
      let verdict = verdicts.get(cell);
      if (verdict === undefined) {
        verdict = judge(cell);
        if (verdicts.size < mostVerdicts) verdicts.set(cell, verdict);
      }
      if (verdict === 'seen') return true;
      unseen++;
      const shown = cut(cell);
      if (examples.size < mostExamples) examples.add(shown);
      if (verdict === 'unseen') return false;
      trimmable++;
      if (near.size < mostExamples) near.set(shown, cut(verdict.known));
      return false;
    },
    counted: () => ({
      unseen,
      unseenExamples: [...examples],
      trimmable,
      ...(near.size > 0 && { near: [...near].map(([cell, known]) => ({ cell, known })) }),
      ...(held.every((vocabulary) => vocabulary.holds === 'words') && { words: true as const }),
    }),
  };
}

/** The beginning of a text, no sign cut in two. */
function cut(text: string): string {
  return text.slice(0, longestExample).replace(/[\ud800-\udbff]$/, '');
}

function holds(vocabulary: Vocabulary, cell: string): boolean {
  if (lookUp(vocabulary, cell) === 'seen') return true;
  if (vocabulary.holds !== 'words') return false;
  // Some models look at letters instead of words.
  const { values, letters } = vocabulary;
  const text = letters === 'lower' ? cell.toLowerCase() : letters === 'upper' ? cell.toUpperCase() : cell;
  for (const character of text) if (values.has(character)) return true;
  return false;
}

/** Finds the value that a text would be in another case and without blanks around it. Indexed once it is needed. */
function createNearest(vocabularies: readonly Vocabulary[]): (cell: string) => string | undefined {
  let index: Map<string, string> | undefined;
  const fold = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
  return (cell) => {
    if (index === undefined) {
      index = new Map();
      for (const { holds: kind, values } of vocabularies) {
        if (kind === 'texts') for (const value of values) index.set(fold(value), value);
      }
    }
    return index.get(fold(cell));
  };
}
