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

/** Words as programs (pandas, R, SQL) and spreadsheets of several languages write them; none is both. */
const trueWords = 'true yes t y wahr ja vrai oui verdadero vero verdadeiro sí si sì sim waar';
const falseWords = 'false no f n falsch nein nee nej nei faux non falso não onwaar';

/** Words for truth values, in lower case. */
export const truthWords: ReadonlyMap<string, 0 | 1> = new Map([
  ...trueWords.split(' ').map((word) => [word, 1] as const),
  ...falseWords.split(' ').map((word) => [word, 0] as const),
]);

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
const foreignDigits = /^[+\-\u2212]?(?:0x[\da-f]+|0[ob][0-7]+|(?=.*(?:_|[^ -~]))[\p{Nd}_.,\u066b\u066c]+)$/iu;

/** Digits and a number's signs in no order that a number has: `1,25,00`, `1.2.3`. */
const scattered = /^[\d.,'\u2019 ]*\d[\d.,'\u2019 ]*$/;

/**
 * Whether a cell's text is nearly a number: one with a unit (`12 kg`), a limit (`<0.5`), one in other digits or with signs in
 * the wrong places. A column of these may well be a feature, so it is none that can be left out unsaid.
 */
export function quantityLike(text: string): boolean {
  return text.length <= 40 && (quantity.test(text) || foreignDigits.test(text) || scattered.test(text));
}
