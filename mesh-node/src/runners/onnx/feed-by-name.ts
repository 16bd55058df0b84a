import { assignNames, type NameMatch } from './assign-names.js';
import { ambiguousNames, missingNames } from './column-mismatch.js';
import { type ModelInput, shown } from '@meshdeck/shared/onnx';
import { joinedName } from './name-spellings.js';
import type { Feed, MatchRequest } from './match-columns.js';

/**
 * Feeds the inputs whose columns have names to go by: one of one value is named like its column, one of several has its
 * features' names in the metadata or numbers behind its own. `feeds` and `taken` take in what was found.
 *
 * @throws MeshdeckError csv-column-mismatch for a name that no column has, or several have
 */
export function feedByName(request: MatchRequest, feeds: (Feed | undefined)[], taken: Set<number>): void {
  const { inputs, header, featureNames } = request;
  const free = header.map((name, column) => (taken.has(column) ? undefined : name));
  const open = [...inputs.keys()].filter((at) => feeds[at] === undefined);
  const single = open.filter((at) => inputs[at]?.width === 1);
  const wide = open.filter((at) => inputs[at]?.width !== 1);
  const lone = inputs.length === 1 && single.length === 1;
  const names = single.map((at) => inputs[at]?.name ?? '');
  const matches = matchFree(names, free);
  // A lone input of one value may be called `input`: then its column is found by other means.
  const needed = lone ? matches.map(() => false) : matches.map(({ kind }) => kind !== 'found');
  refuseUnfound(names, matches, needed, header, taken);
  matches.forEach((match, at) => {
    const input = single[at];
    if (input === undefined || match.kind !== 'found') return;
    feeds[input] = { columns: [match.column], how: 'name', note: noteOf([names[at] ?? ''], [match], header) };
    taken.add(match.column);
  });
  for (const at of lone ? [...single, ...wide] : wide) {
    const input = inputs[at];
    if (input === undefined || feeds[at] !== undefined) continue;
    const alone = wide.length === 1 || lone;
    const left = header.map((name, column) => (taken.has(column) ? undefined : name));
    const feed =
      byFeatureNames(input, alone ? featureNames : undefined, left, header, taken) ?? byNumber(input, left);
    if (feed === undefined) continue;
    feeds[at] = feed;
    for (const column of feed.columns) taken.add(column);
  }
}

/** Columns that are taken have no name to be found by. */
function matchFree(names: readonly string[], free: readonly (string | undefined)[]): NameMatch[] {
  const places = [...free.keys()].filter((column) => free[column] !== undefined);
  return assignNames(
    names,
    places.map((column) => free[column] ?? ''),
  ).map((match) => {
    if (match.kind === 'found') return { ...match, column: places[match.column] ?? 0 };
    if (match.kind === 'missing') return match;
    return { ...match, columns: match.columns.map((place) => places[place] ?? 0) };
  });
}

function refuseUnfound(
  names: readonly string[],
  matches: readonly NameMatch[],
  needed: readonly boolean[],
  header: readonly string[],
  taken: ReadonlySet<number>,
): void {
  const at = matches.findIndex((match, index) => match.kind === 'ambiguous' && needed[index]);
  const match = matches[at];
  if (match?.kind === 'ambiguous') throw ambiguousNames(names[at] ?? '', match.columns, header);
  const missing = names.filter((_, index) => needed[index] === true);
  if (missing.length === 0) return;
  const found = new Set(matches.flatMap((each) => (each.kind === 'found' ? each.column : [])));
  const extra = [...header.keys()].filter((column) => !found.has(column) && !taken.has(column));
  const aside = assignNames(missing, header).some(({ kind }) => kind === 'found');
  throw missingNames({ missing, wanted: names, extra, header, aside });
}

function byFeatureNames(
  { width }: ModelInput,
  featureNames: readonly string[] | undefined,
  free: readonly (string | undefined)[],
  header: readonly string[],
  taken: ReadonlySet<number>,
): Feed | undefined {
  if (featureNames === undefined || (width !== undefined && featureNames.length !== width)) return undefined;
  const matches = matchFree(featureNames, free);
  refuseUnfound(
    featureNames,
    matches,
    matches.map(({ kind }) => kind !== 'found'),
    header,
    taken,
  );
  return {
    columns: matches.flatMap((match) => (match.kind === 'found' ? match.column : [])),
    how: 'metadata',
    note: noteOf(featureNames, matches, header),
  };
}

/** Columns called `NAME_0`, `NAME_1`... or from 1 on; one more of them leaves open which are meant. */
function byNumber({ name, width }: ModelInput, free: readonly (string | undefined)[]): Feed | undefined {
  if (width === undefined || width < 2) return undefined;
  const known = new Set(free.map((column) => (column === undefined ? '' : joinedName(column))));
  const has = (number: number): boolean => known.has(joinedName(`${name}_${number}`));
  for (const first of [0, 1]) {
    if (!has(first) || has(first + width) || (first === 1 && has(0))) continue;
    const names = Array.from({ length: width }, (_, at) => `${name}_${first + at}`);
    const matches = matchFree(names, free);
    const columns = matches.flatMap((match) => (match.kind === 'found' ? match.column : []));
    if (columns.length === width) return { columns, how: 'numbered', note: null };
  }
  return undefined;
}

/** Columns that are called a little differently than the model wants them. */
function noteOf(
  names: readonly string[],
  matches: readonly NameMatch[],
  header: readonly string[],
): string | null {
  const renamed = matches.flatMap((match, at) =>
    match.kind === 'found' && match.told !== undefined
      ? `${shown(header[match.column] ?? '')} is taken for ${shown(names[at] ?? '')}, ${match.told}`
      : [],
  );
  if (renamed.length === 0) return null;
  const more = renamed.length > 3 ? `, and ${renamed.length - 3} more in such ways` : '';
  return `${renamed.slice(0, 3).join('; ')}${more}.`;
}
