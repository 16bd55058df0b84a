import type { MeshdeckError } from '@meshdeck/shared';
import { mapped, refusal, undivided } from './column-mismatch.js';
import {
  listColumns,
  listNames,
  listTexts,
  type ModelInput,
  shown,
  shownColumn,
} from '@meshdeck/shared/onnx';
import type { ColumnProfile } from './column-profile.js';
import type { AsideRole } from './column-roles.js';

/** What is known where the columns of an input cannot be told from the others. */
export interface OrderRefusal {
  input: ModelInput;
  /** Columns that it takes, or takes at least; undefined where nothing tells. */
  width: number | undefined;
  header: readonly string[];
  candidates: readonly number[];
  /** Candidates that may be no features. */
  doubtful: readonly number[];
  roles: ReadonlyMap<number, AsideRole | undefined>;
  columns: readonly ColumnProfile[];
}

/** Too few or too many columns for an input that is filled by order. */
export function wrongCount(request: OrderRefusal): MeshdeckError {
  const { input, header, candidates, width = 1 } = request;
  const least = input.width === undefined ? 'at least ' : '';
  const kind = input.type === 'string' ? 'column' : 'number column';
  const found = candidates.length === 0 ? 'none' : `${candidates.length}: ${listColumns(header, candidates)}`;
  const excess = candidates.length - width;
  const which = `or say which columns the model takes, ${mapped(input)}.`;
  const advice =
    excess > 0
      ? `Nothing tells which ${excess === 1 ? 'one is' : `${excess} are`} no feature: ` +
        `put ${excess === 1 ? 'it' : 'them'} aside with --aside COLUMN, ${which}`
      : `The CSV lacks ${countOf(-excess, kind)}: add ${excess === -1 ? 'it' : 'them'} in the order of the training data` +
        (candidates.length < header.length ? `, ${which}` : '.');
  return refusal(
    `The model takes ${least}${countOf(width, kind)} (input ${shown(input.name)} ${input.shape}); the CSV has ${found}.` +
      `${asides(request)} ${advice}${undivided(header, width)}`,
  );
}

/** An input that takes any number of columns, and columns that may be no features. */
export function openWidth(request: OrderRefusal): MeshdeckError {
  const { input, header, doubtful } = request;
  const takes = `The model takes any number of columns (input ${shown(input.name)} ${input.shape})`;
  if (doubtful.length === 0) {
    return refusal(
      `${takes}, but the CSV has none that could be one.${asides(request)}${undivided(header, 2)}`,
    );
  }
  const names = listColumns(header, doubtful);
  return refusal(
    `${takes}, and nothing tells whether ${names} ${doubtful.length === 1 ? 'is a feature' : 'are features'}. ` +
      `Put what is none aside with --aside COLUMN, or say which columns the model takes, ${mapped(input)}.`,
  );
}

/** A series or an image takes so many columns a step. */
export function notDivisible({ input, header, candidates }: OrderRefusal, unit: number): MeshdeckError {
  return refusal(
    `The model takes columns in groups of ${unit} (input ${shown(input.name)} ${input.shape}); the CSV has ` +
      `${candidates.length}: ${listColumns(header, candidates)}. Put aside what is no feature with --aside COLUMN.`,
  );
}

/** Columns that are numbered and stand in another order. */
export function shuffledNumbers(
  input: ModelInput,
  header: readonly string[],
  columns: readonly number[],
): MeshdeckError {
  return refusal(
    `The columns ${listColumns(header, columns)} are numbered but do not stand in that order, and the model takes ` +
      `them by order alone (input ${shown(input.name)}). Put them in the order of the training data, or say ` +
      `which columns it takes, ${mapped(input)}.`,
  );
}

/** Columns of which the model knows some, in another order. */
export function otherOrder(
  input: ModelInput,
  header: readonly string[],
  columns: readonly number[],
  featureNames: readonly string[],
): MeshdeckError {
  return refusal(
    `The model's file names its features in another order (${listNames(featureNames)}) than the CSV has them ` +
      `(${listColumns(header, columns)}), and not every one. Say which columns it takes, ${mapped(input)}.`,
  );
}

/** What was put aside for certain, so that a column that is missed is found among it. */
function asides({ input, header, roles, columns }: OrderRefusal): string {
  const sure = [...roles].filter(([, role]) => role?.strength === 'certain');
  if (sure.length === 0) return '';
  const texts = sure.map(([column, role]) => {
    const example = columns[column]?.example ?? '';
    const shows = role?.role === 'contents' && example !== '' ? ` such as ${shown(example, 20)}` : '';
    return `${shownColumn(header, column)} (${role?.why.replace(/ where the model takes numbers$/, '')}${shows})`;
  });
  const no = input.type === 'string' ? 'no features' : 'no number features';
  return ` Put aside as ${no}: ${listTexts(texts)}.`;
}

function countOf(width: number, kind: string): string {
  return width === 1 ? `one ${kind}` : `${width} ${kind}s`;
}
