/** What stands for no value where a number belongs, in lower case. Text inputs get it as written. */
export const missingTexts: ReadonlySet<string> = new Set([
  '',
  'na',
  'n/a',
  'nan',
  '-nan',
  'null',
  'none',
  '#n/a',
  '<na>',
]);

/** A word for a truth value. */
export interface TruthWord {
  value: 0 | 1;
  /** Pairs it belongs to, as bits: a column uses one pair throughout. */
  pairs: number;
}

/** Pairs as programs (pandas, R, SQL) and spreadsheets of several languages write them: true first. */
const pairs: readonly (readonly [string, string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['t', 'f'],
  ['y', 'n'],
  ['wahr', 'falsch'],
  ['ja', 'nein'],
  ['ja', 'nee'],
  ['ja', 'nej'],
  ['ja', 'nei'],
  ['vrai', 'faux'],
  ['oui', 'non'],
  ['verdadero', 'falso'],
  ['vero', 'falso'],
  ['verdadeiro', 'falso'],
  ['sí', 'no'],
  ['si', 'no'],
  ['sì', 'no'],
  ['sim', 'não'],
  ['waar', 'onwaar'],
];

/** Words for truth values, in lower case. */
export const truthWords: ReadonlyMap<string, TruthWord> = gatherWords();

function gatherWords(): Map<string, TruthWord> {
  const words = new Map<string, TruthWord>();
  pairs.forEach((pair, at) => {
    pair.forEach((word, side) => {
      words.set(word, {
        value: side === 0 ? 1 : 0,
        pairs: (words.get(word)?.pairs ?? 0) | (1 << at),
      });
    });
  });
  return words;
}

const month =
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|mär|mrz|fév|avr|juin|juil|aoû|déc|ene|abr|ago|dic)';
const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:z|utc|[+-]\d{2}:?\d{2}))?`;
const dates = [
  String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}`,
  String.raw`\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})`,
  String.raw`\d{4}-\d{2}`,
  String.raw`\d{1,2}[-/.\s]*${month}\p{L}*\.?[-/,.\s]*(?:\d{4}|\d{2})?`,
  String.raw`${month}\p{L}*\.?\s*(?:\d{1,2}(?:st|nd|rd|th)?,?\s*)?(?:\d{4})?`,
  String.raw`(?:mon|tue|wed|thu|fri|sat|sun)\p{L}*,?\s.*\d{4}.*`,
];
const dateShape = new RegExp(`^(?:(?:${dates.join('|')})(?:[t,\\s]+${clock})?|${clock})$`, 'iu');

/** Whether a cell's text is a date, a time of day, or both. */
export function dateLike(text: string): boolean {
  return text.length <= 60 && /\d/.test(text) && dateShape.test(text);
}

/** A number and a unit, or a limit in place of a number. */
const quantity =
  /^(?:[<>≤≥~≈]\s*=?\s*[+\-\u2212]?[\d.,]*\d|[+\-\u2212]?[\d.,]*\d\s*(?:[a-zµμ°%‰Ω][\p{L}°²³/·^\d-]{0,7}))$/iu;
/** Digits of other scripts, or as programmers write them: `１２`, `١٢`, `1_000`, `0x1F`. */
const foreignDigits =
  /^[+\-\u2212]?(?:0x[\da-f]+|0[ob][0-7]+|(?=.*(?:_|[^ -~]))[\p{Nd}_.,\u066b\u066c]+)$/iu;

/**
 * Whether a cell's text is nearly a number: one with a unit (`12 kg`), a limit (`<0.5`), one in other digits. A column of
 * these may well be a feature, so it is none that can be left out unsaid.
 */
export function quantityLike(text: string): boolean {
  return text.length <= 40 && (quantity.test(text) || foreignDigits.test(text));
}
