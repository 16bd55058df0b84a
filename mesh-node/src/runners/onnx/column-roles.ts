import { evidence, numberEvidence } from '@meshdeck/shared/csv';
import { looseName } from '@meshdeck/shared/onnx';
import type { ColumnProfile } from './column-profile.js';

/**
 * Why a column may be no feature: by its name, because it has none, or because numbers cannot be its contents. `certain` is
 * left out always; `likely` (`store_id`, `y`) goes by names that features may have all the same, so it is left out only
 * where it alone explains why there are too many columns; `open` never is.
 */
export interface AsideRole {
  role: 'id' | 'label' | 'unnamed' | 'contents' | 'reference' | 'target';
  strength: 'certain' | 'likely' | 'open';
  /** In a few words, for people. */
  why: string;
}

const ids = new Set([
  'id',
  'uuid',
  'guid',
  'row_id',
  'rowid',
  'index',
  'row_names',
  'rownames',
  'row_number',
]);
const labelNames = new Set([
  ...['label', 'target', 'class', 'class_label', 'target_label', 'ground_truth', 'y_true'],
]);
const targetNames = new Set([
  ...['y', 'outcome', 'expected', 'species', 'prediction', 'predicted', 'labels', 'targets', 'classes'],
  ...['truth', 'actual', 'response', 'output', 'result', 'dependent_variable'],
]);
/** `store_id` and, with its case, `PassengerId`, `customerID`; `grid` and `paid` are words. */
const reference = /_(?:id|uuid|guid)$/;
const joinedReference = /[a-z](?:Id|ID|UUID|Uuid)$/;
/** What pandas and readr call a column without a name when they read one. */
const namedForNone = /^(?:unnamed(?::|_)\s*\d+(?:[._]\d+)*|\.\.\.\d+)$/i;

/** It stood in front when pandas read it. */
const wasFirst = /^unnamed(?::|_)\s*0(?:[._]\d+)*$/i;

/** A column without a name, also as other programs call it. */
export function isUnnamed(name: string): boolean {
  return name.trim() === '' || namedForNone.test(name.trim());
}

/** What a column is likely for beside being a feature, by its name, its place and what it holds. */
export function asideRole({
  name,
  column,
  profile,
  takesText,
  header,
  labels,
  outputs,
}: {
  name: string;
  column: number;
  profile: ColumnProfile;
  /** The input takes text: no contents are out of the question. */
  takesText: boolean;
  header: readonly string[];
  /** Inputs that the model only hands on, as loose names: ML.NET wants the label it was trained on. */
  labels: ReadonlySet<string>;
  /** What the model calls its outputs, as loose names. */
  outputs: ReadonlySet<string>;
}): AsideRole | undefined {
  if (isUnnamed(name)) return unnamedRole(column, profile, header);
  const loose = looseName(name);
  if (ids.has(loose)) return { role: 'id', strength: 'certain', why: 'named as an id' };
  if (labelNames.has(loose) || labels.has(loose)) {
    return { role: 'label', strength: 'certain', why: 'named as what is to be predicted' };
  }
  if (!takesText && (profile.kind === 'text' || profile.kind === 'date')) {
    const what = profile.kind === 'text' ? 'text' : 'dates or times';
    return { role: 'contents', strength: 'certain', why: `${what} where the model takes numbers` };
  }
  if (reference.test(loose) || joinedReference.test(name.trim())) {
    return { role: 'reference', strength: 'likely', why: 'named as an id of something else' };
  }
  if (loose === 'x' && column === 0 && isWhole(profile)) {
    return { role: 'unnamed', strength: 'likely', why: 'named as R names an index' };
  }
  if (outputs.has(loose)) {
    return { role: 'target', strength: 'likely', why: 'named as what the model predicts' };
  }
  if (!targetNames.has(loose) || (loose === 'y' && isCoordinate(header))) return undefined;
  return { role: 'target', strength: 'likely', why: 'named as what is to be predicted' };
}

/** Where x and z stand beside it, y is a coordinate. */
function isCoordinate(header: readonly string[]): boolean {
  const names = new Set(header.map(looseName));
  return names.has('x') && names.has('z');
}

/**
 * pandas' `to_csv` and R's `write.csv` put a first column without a name: numbers or names of the rows. What has no name
 * and no cell is left of a delimiter at each line's end. Anything else without a name may be a feature.
 */
function unnamedRole(column: number, profile: ColumnProfile, header: readonly string[]): AsideRole {
  const { kind } = profile;
  const inFront = header.slice(0, column).every(isUnnamed) || wasFirst.test((header[column] ?? '').trim());
  if (inFront && (isWhole(profile) || kind === 'text' || kind === 'date')) {
    return { role: 'unnamed', strength: 'certain', why: 'no name: the index of the rows' };
  }
  if (kind === 'empty') return { role: 'unnamed', strength: 'certain', why: 'no name and no values' };
  return { role: 'unnamed', strength: 'open', why: 'no name' };
}

const fractions =
  evidence.pointDecimal | evidence.pointOpen | evidence.commaDecimal | evidence.commaOpen | evidence.percent;

/** Numbers without a fraction, names of rows among them or not. */
function isWhole({ bits }: ColumnProfile): boolean {
  return (bits & numberEvidence) !== 0 && (bits & fractions) === 0;
}
