import type { ModelFile } from './model-file.js';
import type { NodeDraft } from './node-draft.js';
import { readValueInfo } from './value-info.js';
import { readText, visitFields } from './wire-format.js';
import { bytesField, concatenate, intField, textField } from './wire-writer.js';

/** A graph's input or output: a tensor of known elements and unknown shape, or a value whose type the runtime infers. */
export interface ValueDraft {
  name: string;
  /** TensorProto.DataType */
  dataType?: number;
  /** Sizes it is said to have. */
  shape?: readonly (number | string | null)[] | undefined;
}

/** What becomes different in a model's graph. Everything else stays as it is, byte for byte. */
export interface ModelEdits {
  /** By the first value that an operator gives: what takes its place. */
  nodes: Map<string, NodeDraft[]>;
  /** Operators before and behind the others. */
  first: NodeDraft[];
  last: NodeDraft[];
  inputs: Map<string, ValueDraft>;
  /** What takes the place of an output. */
  outputs: Map<string, ValueDraft[]>;
}

export function noEdits(): ModelEdits {
  return { nodes: new Map(), first: [], last: [], inputs: new Map(), outputs: new Map() };
}

/** Any version of ONNX's own operators has Identity and Cast; 9 is read by every runtime in use. */
const ownOpset = 9;

/** Whether there is anything to edit. */
export function changesAnything({ nodes, first, last, inputs, outputs }: ModelEdits): boolean {
  return nodes.size + first.length + last.length + inputs.size + outputs.size > 0;
}

/** The file with the edits made. */
export function editModel(file: Uint8Array, model: ModelFile, edits: ModelEdits): Uint8Array {
  const parts: Uint8Array[] = [];
  let fieldStart = 0;
  visitFields(file, 0, file.length, (field, _wireType, start, end) => {
    if (field === 7) parts.push(bytesField(7, editGraph(file, start, end, edits)));
    else parts.push(file.subarray(fieldStart, end));
    fieldStart = end;
  });
  const adds = edits.nodes.size > 0 || edits.first.length > 0 || edits.last.length > 0;
  if (adds && !model.opsets.has('')) {
    parts.push(bytesField(8, concatenate([textField(1, ''), intField(2, ownOpset)])));
  }
  return concatenate(parts);
}

function editGraph(file: Uint8Array, from: number, to: number, edits: ModelEdits): Uint8Array {
  const fields: Uint8Array[] = edits.first.map((node) => bytesField(1, node));
  let fieldStart = from;
  visitFields(file, from, to, (field, _wireType, start, end) => {
    const whole = file.subarray(fieldStart, end);
    fieldStart = end;
    fields.push(...edited(file, field, start, end, whole, edits));
  });
  return concatenate([...fields, ...edits.last.map((node) => bytesField(1, node))]);
}

function edited(
  file: Uint8Array,
  field: number,
  start: number,
  end: number,
  whole: Uint8Array,
  edits: ModelEdits,
): Uint8Array[] {
  if (field === 1 && edits.nodes.size > 0) {
    const drafts = edits.nodes.get(firstOutput(file, start, end));
    return drafts === undefined ? [whole] : drafts.map((draft) => bytesField(1, draft));
  }
  if (field === 11 && edits.inputs.size > 0) {
    const draft = edits.inputs.get(readValueInfo(file, start, end).name);
    return [draft === undefined ? whole : bytesField(11, valueInfo(draft))];
  }
  if (field === 12 && edits.outputs.size > 0) {
    const drafts = edits.outputs.get(readValueInfo(file, start, end).name);
    return drafts === undefined ? [whole] : drafts.map((draft) => bytesField(12, valueInfo(draft)));
  }
  // What was said of a value that is given in another way now may no longer hold.
  if (field === 13 && edits.nodes.size > 0) {
    return edits.nodes.has(readValueInfo(file, start, end).name) ? [] : [whole];
  }
  return [whole];
}

function firstOutput(file: Uint8Array, from: number, to: number): string {
  let name: string | undefined;
  visitFields(file, from, to, (field, _wireType, start, end) => {
    if (field === 2) name ??= readText(file, start, end);
  });
  return name ?? '';
}

function valueInfo({ name, dataType, shape }: ValueDraft): Uint8Array {
  if (dataType === undefined) return textField(1, name);
  const dims = shape?.map((dim) =>
    bytesField(
      1,
      typeof dim === 'number' ? intField(1, dim) : dim === null ? new Uint8Array() : textField(2, dim),
    ),
  );
  const tensor = concatenate([
    intField(1, dataType),
    ...(dims === undefined ? [] : [bytesField(2, concatenate(dims))]),
  ]);
  return concatenate([textField(1, name), bytesField(2, bytesField(1, tensor))]);
}
