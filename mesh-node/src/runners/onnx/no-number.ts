import { dateLike } from '@meshdeck/shared/csv';

/** What a cell's text is instead of a number, and what to do about it, for people. */
export interface NoNumber {
  what: string;
  way: string;
}

const alone = 'Write the number alone.';

const kinds: readonly { test: (text: string) => boolean; named: (text: string) => NoNumber }[] = [
  {
    test: (text) => /^(?:#[\p{L}\d/_]+[!?]?|err:\d+)$/iu.test(text),
    named: () => ({ what: 'a spreadsheet error', way: 'Mend its formula, or leave the cell empty.' }),
  },
  {
    test: dateLike,
    named: (text) => ({
      what: /\d[/.-]\d|\d{4}|\p{L}{3}/u.test(text) ? 'a date' : 'a time',
      way: 'Give it as the number that the model was trained with.',
    }),
  },
  {
    test: (text) => /^[+-]?0[xob][\da-f]+$/i.test(text),
    named: () => ({ what: 'a number in another base', way: 'Write it with the digits 0 to 9 alone.' }),
  },
  {
    test: (text) => /^[+-]?\d[\d_.,]*$/.test(text) && text.includes('_'),
    named: () => ({ what: 'a number with underscores', way: 'Take them out.' }),
  },
  {
    test: (text) =>
      /^[+\-\u2212]?[\d.,]*\d\s*(?:[^\s\d.,+\-/:<>%e][^\d]{0,11}|[a-z°µ][\p{L}°²³/·^\d-]*)$/iu.test(text),
    named: (text) => ({
      what: `a number with "${/[^\s\d.,+\-\u2212].*$/u.exec(text)?.[0].trim().slice(0, 12) ?? ''}" behind it`,
      way: alone,
    }),
  },
  {
    test: (text) => /^[<>≤≥~≈±]/.test(text),
    named: () => ({ what: 'a limit and no value', way: 'Write the value that the model was trained with.' }),
  },
  {
    test: (text) => /^[\d.,]*\d\s*(?:-|\u2013|to|bis|\.\.)\s*[\d.,]*\d$/i.test(text),
    named: () => ({ what: 'a range', way: 'Write one number.' }),
  },
  {
    test: (text) => /^[+\-\u2212]?(?:\d+\s+)?\d+\s*\/\s*\d+$/.test(text),
    named: () => ({ what: 'a fraction', way: 'Write it as a decimal number.' }),
  },
  {
    test: (text) => /\p{Nd}/u.test(text) && /^[\p{Nd}\p{P}\p{Z}\p{Sm}]+$/u.test(text) && /[^ -~]/.test(text),
    named: () => ({
      what: 'a number in other digits or signs than usual',
      way: 'Write it with the digits 0 to 9, a hyphen as minus and plain signs.',
    }),
  },
  {
    test: (text) => /^[\p{Sc}\s]*[-\u2013\u2014.*?]+$/u.test(text),
    named: () => ({ what: 'a sign for no value', way: 'Leave the cell empty where there is no value.' }),
  },
];

/** Says what a cell's text is, where it is one of the things that tables have in place of numbers. */
export function nameNoNumber(text: string): NoNumber | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 60) return undefined;
  return kinds.find(({ test }) => test(trimmed))?.named(trimmed);
}
