import { listColumns, looseName, type ModelInput, shownColumn } from '@meshdeck/shared/onnx';
import { notDivisible, otherOrder, openWidth, shuffledNumbers, wrongCount } from './order-mismatch.js';
import type { ColumnProfile } from './column-profile.js';
import { asideRole, isUnnamed, type AsideRole } from './column-roles.js';
import type { Feed, MatchRequest } from './match-columns.js';
import { numberedOrder } from './numbered-columns.js';

interface OrderRequest extends MatchRequest {
  input: ModelInput;
  /** Columns that feed another input or are told to feed none. */
  taken: ReadonlySet<number>;
}

/** Columns found by order, and what was decided for it. */
export interface FoundInOrder {
  feed: Feed;
  aside: Map<number, string>;
  warnings: string[];
}

/**
 * The columns that fill an input by the table's order. Only what is certainly no feature is left out; `store_id` or `y`
 * only where they alone explain why there are more columns than the input takes. In any other case the table is refused:
 * a column is never left out because the number has to fit.
 *
 * @throws MeshdeckError csv-column-mismatch
 */
export function columnsInOrder(request: OrderRequest): FoundInOrder {
  const { input, header, taken } = request;
  const left = [...header.keys()].filter((column) => !taken.has(column));
  const roles = new Map(left.map((column) => [column, roleOf(column, request)]));
  const candidates = left.filter((column) => roles.get(column)?.strength !== 'certain');
  const doubtful = candidates.filter((column) => roles.get(column) !== undefined);
  const features = candidates.filter((column) => roles.get(column) === undefined);
  const refusal = {
    input,
    width: input.width ?? request.least?.get(input.name),
    header,
    candidates,
    doubtful,
    roles,
    columns: request.columns,
  };
  const aside = asideOf(roles, left);
  const { width } = refusal;
  if (width === undefined) {
    const unit = Math.round(1 / Math.min(...input.dims(1, 1)));
    if (doubtful.length > 0 || features.length === 0) throw openWidth(refusal);
    if (features.length % unit !== 0) throw notDivisible(refusal, unit);
    return { feed: inOrder(request, features), aside, warnings: [] };
  }
  if (candidates.length === width) {
    return {
      feed: inOrder(request, candidates),
      aside,
      warnings: doubtful.map((column) => usedAll(header, column)),
    };
  }
  const likely = doubtful.every((column) => roles.get(column)?.strength === 'likely');
  if (features.length === width && likely) {
    const [names, them] = [listColumns(header, doubtful), doubtful.length === 1 ? 'it' : 'them'];
    const warning = `${names} ${doubtful.length === 1 ? 'is' : 'are'} taken for no feature: without ${them} there are as many columns as the model takes (${width}).`;
    return { feed: inOrder(request, features), aside, warnings: [warning] };
  }
  const text = onlyText(request, left, roles);
  if (text !== undefined) return text;
  throw wrongCount(refusal);
}

/** A column that may be no feature and is used, since the number fits. */
function usedAll(header: readonly string[], column: number): string {
  return (
    `${shownColumn(header, column)} feeds the model, since there are as many columns as it takes. ` +
    'If it is no feature, one is missing.'
  );
}

/** What a column without a name is taken for, where it feeds no input. */
export function unnamedWhy(request: MatchRequest, column: number): string | undefined {
  const { header, columns } = request;
  const profile = columns[column];
  const name = header[column] ?? '';
  if (profile === undefined || !isUnnamed(name)) return undefined;
  const none: ReadonlySet<string> = new Set();
  return asideRole({ name, column, profile, header, takesText: true, labels: none, outputs: none })?.why;
}

function roleOf(
  column: number,
  { input, header, columns, idle = [], outputs = [] }: OrderRequest,
): AsideRole | undefined {
  const profile = columns[column];
  if (profile === undefined) return undefined;
  return asideRole({
    ...{ name: header[column] ?? '', column, profile, header },
    takesText: input.type === 'string',
    labels: new Set(idle.map(looseName)),
    outputs: new Set(outputs.map(looseName)),
  });
}

function asideOf(
  roles: ReadonlyMap<number, AsideRole | undefined>,
  left: readonly number[],
): Map<number, string> {
  return new Map(left.map((column) => [column, roles.get(column)?.why ?? 'no input takes it']));
}

const isText = (profile: ColumnProfile | undefined): boolean =>
  profile?.kind === 'text' || profile?.kind === 'date' || profile?.kind === 'truth';

/** A model of one text, and a table with one column of texts among its numbers. */
function onlyText(
  request: OrderRequest,
  left: readonly number[],
  roles: ReadonlyMap<number, AsideRole | undefined>,
): FoundInOrder | undefined {
  const { input, columns } = request;
  if (input.type !== 'string' || input.width !== 1) return undefined;
  const texts = left.filter((column) => isText(columns[column]) && roles.get(column)?.strength !== 'certain');
  if (texts.length !== 1) return undefined;
  const aside = new Map(
    left.map((column) => [column, roles.get(column)?.why ?? 'numbers where the model takes text']),
  );
  return { feed: { columns: texts, how: 'order', note: 'The only column of text.' }, aside, warnings: [] };
}

/** The columns as they stand, unless their names say another order. */
function inOrder({ input, header, featureNames }: OrderRequest, columns: number[]): Feed {
  const names = columns.map((column) => header[column] ?? '');
  const numbers = numberedOrder(names, input.name);
  if (numbers.kind === 'model') {
    return { columns: numbers.order.map((at) => columns[at] ?? 0), how: 'numbered', note: null };
  }
  if (numbers.kind === 'shuffled') throw shuffledNumbers(input, header, columns);
  if (featureNames !== undefined && !keepsOrder(names, featureNames)) {
    throw otherOrder(input, header, columns, featureNames);
  }
  const count = `${columns.length} column${columns.length === 1 ? '' : 's'}`;
  return { columns, how: 'order', note: `By the table's order: ${count} for as many values.` };
}

/** Whether those names that the model knows come in its order. */
function keepsOrder(names: readonly string[], featureNames: readonly string[]): boolean {
  const places = new Map(featureNames.map((name, at) => [looseName(name), at]));
  const known = names.flatMap((name) => places.get(looseName(name)) ?? []);
  return known.every((place, at) => at === 0 || place > (known[at - 1] ?? 0));
}
