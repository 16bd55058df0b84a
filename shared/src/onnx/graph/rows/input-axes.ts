import type { DataFlow } from '../data-flow.js';
import type { Dim, ValueInfo } from '../value-info.js';
import { followRows } from './follow-rows.js';
import type { RowState } from './row-state.js';

const batchName = /batch|^(n|b|bs)$/i;
const otherName = /seq|time|step|len|height|width|channel|feature|token/i;

/** More dimensions than any operator takes are not followed. */
const mostAxes = 16;
/** Ways of laying rows that are followed through the graph before the first one is taken. */
const mostTried = 20;

/**
 * The axis along which each input takes the table's rows. It is the first one unless the shape says otherwise: by a
 * size called `batch` behind one that is not, by the only open size, or because rows would be mixed along the first
 * (a recurrent network takes `[time, rows, features]`) and stay apart along another.
 */
export function chooseRowAxes(flow: DataFlow): Map<string, number> {
  const axes = new Map(flow.inputs.map((input) => [input.name, likeliestAxis(input)]));
  let tried = 0;
  for (const input of flow.inputs) {
    const shape = shapeOf(input);
    const chosen = axes.get(input.name) ?? 0;
    // A table of open width may hold anything along its second size: there only what is said counts.
    const table = shape.length === 2 && typeof shape[0] !== 'number';
    if (shape.length < 2 || table || keepsRows(flow, axes)) continue;
    for (const axis of shape.slice(0, mostAxes).keys()) {
      const size = shape[axis];
      const free = axis === 0 || typeof size !== 'number' || size === 1;
      if (axis === chosen || !free || tried++ > mostTried) continue;
      if (keepsRows(flow, new Map([...axes, [input.name, axis]]))) {
        axes.set(input.name, axis);
        break;
      }
    }
  }
  return axes;
}

function likeliestAxis(input: ValueInfo): number {
  const shape = shapeOf(input);
  const named = shape.findIndex((dim) => typeof dim === 'string' && batchName.test(dim));
  if (named > 0 && !isBatch(shape[0])) return named;
  const [first] = shape;
  const open = shape.flatMap((dim, at) => (typeof dim === 'number' ? [] : [at]));
  const [only] = open;
  const fixedFirst = typeof first === 'number' && first > 1;
  return fixedFirst && open.length === 1 && only !== undefined && !isOther(shape[only]) ? only : 0;
}

function isBatch(dim: Dim | undefined): boolean {
  return dim === 1 || (typeof dim === 'string' && batchName.test(dim));
}

function isOther(dim: Dim | undefined): boolean {
  return typeof dim === 'string' && otherName.test(dim) && !batchName.test(dim);
}

function shapeOf({ type }: ValueInfo): Dim[] {
  return type.kind === 'tensor' ? (type.shape ?? []) : [];
}

/** Whether no output is known to mix rows, and one is known to keep them apart. */
function keepsRows(flow: DataFlow, axes: ReadonlyMap<string, number>): boolean {
  const stateOf = followRows(flow, rowsOfInputs(flow, axes));
  const states = flow.outputs.map(({ name }) => stateOf(name));
  const mixed = states.some((state) => state?.kind === 'lost' && state.why === 'mixed');
  return !mixed && states.some((state) => state?.kind === 'rows' || state?.kind === 'lost');
}

/** Where the rows lie in the inputs, to be followed from there. An input without sizes for rows holds none. */
export function rowsOfInputs(flow: DataFlow, axes: ReadonlyMap<string, number>): Map<string, RowState> {
  const states = new Map<string, RowState>();
  for (const input of flow.inputs) {
    const shape = shapeOf(input);
    const axis = axes.get(input.name) ?? 0;
    const sizes = input.type.kind === 'tensor' && input.type.shape === undefined ? [null, null] : shape;
    if (sizes.length > mostAxes) {
      states.set(input.name, { kind: 'lost', why: 'unknown', operator: input.name });
      continue;
    }
    const dims = sizes.map((dim, at) => (at === axis || typeof dim !== 'number' ? null : dim));
    states.set(input.name, { kind: 'rows', axis, outer: 1, inner: 1, dims });
  }
  return states;
}
