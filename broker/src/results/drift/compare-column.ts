import type { ColumnDrift, DriftLevel } from '@meshdeck/shared';
import { binNumbers, binTexts, type BinnedPair } from './bins.js';
import type { ColumnProfile } from './column-profile.js';
import { distributionOf, numberAt, type Distribution } from './distribution.js';
import { driftSentence } from './drift-sentence.js';
import { differsByMoreThanChance, muchDrift, populationStability, someDrift } from './psi.js';

/** How often one comparison in a table of steady columns may find a change that is none. */
const doubtPerTable = 0.01;
const valuesShown = 5;
const mostKinds = 20;

/**
 * One column beside the same one of earlier tables. Null where its values cannot be compared: it counts the rows, or nearly
 * every row has a text of its own.
 */
export function compareColumn(
  earlier: readonly ColumnProfile[],
  current: ColumnProfile,
  { feeds, comparisons }: { feeds: boolean | null; comparisons: number },
): ColumnDrift | null {
  const kinds = [current, ...earlier].map(({ kind }) => kind);
  if (kinds.includes('counter') || kinds.includes('unique')) return null;
  const [before, now] = [distributionOf(earlier), distributionOf([current])];
  const wasNumbers = earlier.some(({ kind }) => kind === 'numbers');
  const isEmpty = current.kind === 'empty';
  const wasEmpty = earlier.every(({ kind }) => kind === 'empty');
  const isSame = isEmpty || wasEmpty || (current.kind === 'numbers') === wasNumbers;
  const isNumbers = !isEmpty && !wasEmpty && wasNumbers && isSame;
  const pair = wasNumbers ? binNumbers(before, now) : binTexts(before, now);
  const psi = isSame ? populationStability(pair.before, pair.now) : null;
  const level = psi === null ? 'much' : levelOf(psi, pair, comparisons);
  const fresh = isSame ? newValues(before, now) : [];
  const drift: Omit<ColumnDrift, 'sentence'> = {
    column: current.name,
    role: current.role,
    feeds,
    level,
    psi,
    missing: {
      before: before.missing / Math.max(1, before.rows),
      now: now.missing / Math.max(1, now.rows),
    },
    numbers: isNumbers
      ? { median: at(before, now, 0.5), low: at(before, now, 0.05), high: at(before, now, 0.95) }
      : null,
    values: wasNumbers || !isSame ? [] : changedValues(before, now),
    newValues: fresh.slice(0, valuesShown).map(([value, rows]) => ({ value, rows })),
    newValueCount: fresh.length,
  };
  return { ...drift, sentence: driftSentence(drift, { isSame, wasNumbers, isEmpty }) };
}

const at = (before: Distribution, now: Distribution, q: number) => ({
  before: numberAt(before, q),
  now: numberAt(now, q),
});

function levelOf(psi: number, { before, now }: BinnedPair, comparisons: number): DriftLevel {
  if (psi < someDrift || !differsByMoreThanChance(before, now, doubtPerTable / Math.max(1, comparisons))) {
    return 'steady';
  }
  return psi < muchDrift ? 'some' : 'much';
}

/**
 * Values that stand for a few kinds of things: only where every earlier value is known one by one, else it may well have been
 * there, and where they are few, else there are always new ones.
 */
function newValues(before: Distribution, now: Distribution): [string, number][] {
  const [known, found] = [kindsIn(before), kindsIn(now)];
  if (before.otherTexts > 0 || known === null || known.size === 0 || known.size > mostKinds || found === null)
    return [];
  return [...found].filter(([value]) => !known.has(value)).sort(([, a], [, b]) => b - a);
}

/** Texts, or whole numbers that all are known, as codes are. */
function kindsIn({ numbers, isWhole, texts }: Distribution): Map<string, number> | null {
  if (numbers.length === 0) return texts;
  if (!isWhole || !numbers.every(({ value }) => Number.isInteger(value))) return null;
  const kinds = new Map<string, number>();
  for (const { value, rows } of numbers) kinds.set(String(value), (kinds.get(String(value)) ?? 0) + rows);
  return kinds;
}

function changedValues(before: Distribution, now: Distribution): ColumnDrift['values'] {
  const share = (from: Distribution, text: string) => (from.texts.get(text) ?? 0) / Math.max(1, from.rows);
  return [...new Set([...before.texts.keys(), ...now.texts.keys()])]
    .filter((value) => before.knowsText(value) && now.knowsText(value))
    .map((value) => ({ value, before: share(before, value), now: share(now, value) }))
    .sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before) || b.now - a.now)
    .slice(0, valuesShown)
    .filter((each) => each.now !== each.before);
}
