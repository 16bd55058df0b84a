import { MeshdeckError } from '@meshdeck/shared';
import { commonWords } from './common-words.js';

const shortest = 10;
/** Letters that must be left once everything a guesser tries first is taken away. */
const leastUnforeseen = 5;

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'azertyuiop'];
const moreRows = ['asdfghjkl', 'zxcvbnm', 'yxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'qazwsxedcrfvtgbyhnujm'];
const runs = [...rows, ...moreRows].flatMap((row) => [row, [...row].reverse().join('')]);

const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
  ä: 'a',
  ö: 'o',
  ü: 'u',
  é: 'e',
};

/** How long a known word, run, repeat, number or year begins at `at`; 0 where none does. */
function foreseenAt(text: string, plain: string, at: number, own: readonly string[]): number {
  let longest = 0;
  for (let length = 3; length <= 20 && at + length <= text.length; length += 1) {
    const raw = text.slice(at, at + length);
    const known = [raw, plain.slice(at, at + length)].some(
      (word) => commonWords.has(word) || own.includes(word),
    );
    if (known || runs.some((run) => run.includes(raw))) longest = length;
  }
  const repeat = /^(.{1,4}?)\1{2,}/u.exec(text.slice(at))?.[0].length ?? 0;
  const digits = /^\d{2,}/.exec(text.slice(at))?.[0].length ?? 0;
  return Math.max(longest, repeat, digits);
}

/** What of a password a guesser would not try among the first: its letters less known parts, each of which counts 1. */
function unforeseen(password: string, own: readonly string[]): number {
  const text = password.toLowerCase();
  const plain = [...text].map((letter) => lookAlikes[letter] ?? letter).join('');
  // Fewest letters needed up to each place, known parts counted as one.
  const best = [0];
  for (let at = 0; at < text.length; at += 1) {
    const here = best[at] ?? at;
    best[at + 1] = Math.min(best[at + 1] ?? Infinity, here + 1);
    const length = foreseenAt(text, plain, at, own);
    for (let taken = 2; taken <= length; taken += 1) {
      best[at + taken] = Math.min(best[at + taken] ?? Infinity, here + 1);
    }
  }
  return best[text.length] ?? text.length;
}

/** Parts of a person's own words, from three letters up. */
function ownWords(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(({ length }) => length > 2);
}

/**
 * Refuses what is guessed first. Length counts and nothing is prescribed about kinds of letters [NIST SP 800-63B
 * §5.1.1.2]; at most 1000 letters is the door's own rule.
 *
 * @param about the person's own e-mail address and name, which are no secret
 * @throws MeshdeckError `password-weak`, saying why
 */
export function requireGoodPassword(password: string, about: readonly string[]): void {
  const letters = [...password];
  const refuse = (why: string) => new MeshdeckError('password-weak', why);
  if (letters.length < shortest) {
    throw refuse(`The password must have at least ${shortest} letters; a few unrelated words are best.`);
  }
  if (/\p{Cc}/u.test(password)) throw refuse('The password must not hold control characters.');
  if (password !== password.trim()) throw refuse('The password must not begin or end with a space.');
  if (new Set(letters).size < 5)
    throw refuse('The password repeats too few letters; a guesser tries that first.');
  // What long ones hold beyond any doubt need not be looked through.
  if (unforeseen(password.slice(0, 100), ownWords([...about, 'meshdeck'])) >= leastUnforeseen) return;
  throw refuse(
    'The password is made of common words, names, numbers or neighbouring keys, which guessers try first. Take a few unrelated words.',
  );
}
