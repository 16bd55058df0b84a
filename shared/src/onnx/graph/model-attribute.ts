import type { ModelGraph } from './model-graph.js';
import type { ModelTensor } from './model-tensor.js';
import {
  fixed32Type,
  lengthType,
  readBigVarint,
  readText,
  readVarint,
  visitFields,
  visitPacked,
} from './wire-format.js';

/** An operator's attribute. Long lists are walked where they lie. */
export interface ModelAttribute {
  /** Its one value, as far as it has one of that kind. */
  int: number | undefined;
  float: number | undefined;
  text: string | undefined;
  tensor: ModelTensor | undefined;
  graph: ModelGraph | undefined;
  /** Inside a function: the attribute of the call that gives the value. */
  refersTo: string | undefined;
  /** Its whole numbers, exact; like floats and texts, none at all where there are more than anyone looks through. */
  ints(): bigint[];
  floats(): number[];
  texts(): string[];
  /** How many whole numbers, floats or texts it lists. */
  count(): number;
  /** The largest of its whole numbers; undefined where there is none. */
  largestInt(): number | undefined;
}

/** Longer lists are weights, the nodes of a forest, or an attack on memory. */
const mostValues = 200_000;
const intsField = 8;
const floatsField = 7;
const stringsField = 9;

/** Reads an AttributeProto into its name and value. `readers` are for the messages inside. @throws WireFormatError */
export function readAttribute(
  bytes: Uint8Array,
  from: number,
  to: number,
  readers: {
    tensor: (bytes: Uint8Array, from: number, to: number) => ModelTensor;
    graph: (bytes: Uint8Array, from: number, to: number) => ModelGraph;
  },
): [name: string, attribute: ModelAttribute] {
  let name = '';
  const single: Pick<ModelAttribute, 'int' | 'float' | 'text' | 'tensor' | 'graph' | 'refersTo'> = {
    int: undefined,
    float: undefined,
    text: undefined,
    tensor: undefined,
    graph: undefined,
    refersTo: undefined,
  };
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) name = readText(bytes, start, end);
    else if (field === 2) single.float = float32(bytes, start);
    else if (field === 3) single.int = readVarint(bytes, start);
    else if (field === 4) single.text = readText(bytes, start, end);
    else if (field === 5) single.tensor = readers.tensor(bytes, start, end);
    else if (field === 6) single.graph = readers.graph(bytes, start, end);
    else if (field === 21) single.refersTo = readText(bytes, start, end);
  });

  const walkInts = (visit: (at: number) => void): void =>
    visitFields(bytes, from, to, (field, wireType, start, end) => {
      if (field === intsField) visitPacked(bytes, wireType, start, end, visit);
    });
  const floats = (): number[] => {
    const values: number[] = [];
    visitFields(bytes, from, to, (field, wireType, start, end) => {
      if (field !== floatsField || values.length > mostValues) return;
      if (wireType === fixed32Type) values.push(float32(bytes, start));
      else if (wireType === lengthType) {
        const last = Math.min(end, start + 4 * (mostValues + 1));
        for (let at = start; at + 4 <= last; at += 4) values.push(float32(bytes, at));
      }
    });
    return values.length > mostValues ? [] : values;
  };

  const attribute: ModelAttribute = {
    ...single,
    ints() {
      const values: bigint[] = [];
      walkInts((at) => {
        if (values.length <= mostValues) values.push(readBigVarint(bytes, at));
      });
      return values.length > mostValues ? [] : values;
    },
    floats,
    texts() {
      const values: string[] = [];
      visitFields(bytes, from, to, (field, _wireType, start, end) => {
        if (field === stringsField && values.length <= mostValues) values.push(readText(bytes, start, end));
      });
      return values.length > mostValues ? [] : values;
    },
    count() {
      let count = 0;
      visitFields(bytes, from, to, (field, wireType, start, end) => {
        if (field === stringsField) count++;
        else if (field === floatsField) count += wireType === lengthType ? (end - start) / 4 : 1;
        else if (field === intsField) visitPacked(bytes, wireType, start, end, () => count++);
      });
      return count;
    },
    largestInt() {
      let largest: number | undefined;
      walkInts((at) => {
        const value = readVarint(bytes, at);
        if (largest === undefined || value > largest) largest = value;
      });
      return largest;
    },
  };
  return [name, attribute];
}

function float32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getFloat32(0, true);
}
