import { looseName } from '@meshdeck/shared/onnx';

/** A way to spell a name so that two that mean the same become equal; undefined where it says nothing about a name. */
interface Spelling {
  spell: (name: string) => string | undefined;
  /** How a match by it is told to people; undefined where nobody would see a difference. */
  told: string | undefined;
}

const exact: Spelling = { spell: (name) => name, told: undefined };
const letters: Spelling = { spell: caseless, told: undefined };
const words: Spelling = { spell: looseName, told: 'but for what stands between its words' };
const accents: Spelling = { spell: (name) => unaccented(looseName(name)), told: 'without accents' };
const joined: Spelling = { spell: joinedName, told: 'as one word' };
/** skl2onnx turns what C would not take in a name into underscores, letters of other scripts too (sklearn-onnx#774). */
const converter: Spelling = {
  spell: (name) => name.replace(/[^0-9a-zA-Z_]/g, '_').toLowerCase(),
  told: 'as its converter spells names',
};

/** From the strictest to the loosest, but for units. */
export const spellings: readonly Spelling[] = [exact, letters, words, accents, joined, converter];

/** A name's letters and digits alone. */
export function joinedName(name: string): string {
  return unaccented(looseName(name)).replaceAll('_', '');
}

/** Case, surrounding blanks and quotes, invisible characters and the way an accent is composed do not matter. */
function caseless(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

function unaccented(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '');
}

const unit = /^(.*\S)\s*(?:\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\})$/u;

/** A name without the unit in brackets behind it; undefined where it has none. */
export function withoutUnit(name: string): string | undefined {
  return unit.exec(name.trim())?.[1];
}

/** Duplicate names as pandas reads them: `a`, `a.1`, `a.2`. */
export function pandasNames(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}.${before}`;
  });
}
