import { looseName } from '@meshdeck/shared/onnx';
import { pandasNames, spellings, withoutUnit } from './name-spellings.js';

/** What became of one of the names a model wants. */
export type NameMatch =
  | { kind: 'found'; column: number; told: string | undefined }
  /** Several columns are spelled like it, or several wanted names like one column. */
  | { kind: 'ambiguous'; columns: number[] }
  | { kind: 'missing' };

type Spell = (name: string) => string | undefined;

/**
 * Finds the columns that are called as the model wants them: as written, else in any case, else regardless of what
 * stands between words, of accents, of words written together, and of a unit in brackets that only one side has. A column
 * is found once, and a looser spelling is asked only about what stricter ones left over.
 */
export function assignNames(wanted: readonly string[], header: readonly string[]): NameMatch[] {
  const names = namesOfDuplicates(wanted, header);
  const matches = wanted.map<NameMatch>(() => ({ kind: 'missing' }));
  const free = new Set(names.keys());
  const assign = (ofWanted: Spell, ofColumn: Spell, told: string | undefined): void => {
    // Most tables have the names as they are wanted: the looser ways would cost more than the rest of a small run.
    if (matches.every(({ kind }) => kind !== 'missing')) return;
    const columns = groupBy([...free], (column) => ofColumn(names[column] ?? ''));
    const askers = groupBy(
      [...wanted.keys()].filter((at) => matches[at]?.kind === 'missing'),
      (at) => ofWanted(wanted[at] ?? ''),
    );
    for (const [spelled, ats] of askers) {
      const found = columns.get(spelled);
      if (found === undefined) continue;
      const [column] = found;
      const [at] = ats;
      if (found.length === 1 && ats.length === 1 && column !== undefined && at !== undefined) {
        matches[at] = { kind: 'found', column, told };
        free.delete(column);
      } else {
        for (const each of ats) matches[each] = { kind: 'ambiguous', columns: found };
      }
    }
  };
  for (const { spell, told } of spellings) assign(spell, spell, told);
  // A unit on one side only: with one on both, feet would be taken for metres.
  const bare: Spell = (name) => (withoutUnit(name) === undefined ? looseName(name) : undefined);
  const unitless: Spell = (name) => {
    const rest = withoutUnit(name);
    return rest === undefined ? undefined : looseName(rest);
  };
  assign(bare, unitless, 'without its unit');
  assign(unitless, bare, 'without its unit');
  return matches;
}

/** The header as pandas would have read it, where the model knows one of the names that pandas gives duplicates. */
function namesOfDuplicates(wanted: readonly string[], header: readonly string[]): readonly string[] {
  if (new Set(header).size === header.length) return header;
  const renamed = pandasNames(header);
  const known = new Set(wanted.map(looseName));
  const had = new Set(header.map(looseName));
  const helps = renamed.some((name, at) => {
    const loose = looseName(name);
    return name !== header[at] && known.has(loose) && !had.has(loose);
  });
  return helps ? renamed : header;
}

function groupBy(
  items: readonly number[],
  spell: (item: number) => string | undefined,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const spelled = spell(item);
    if (spelled === undefined || spelled === '') continue;
    const group = groups.get(spelled);
    if (group === undefined) groups.set(spelled, [item]);
    else group.push(item);
  }
  return groups;
}
