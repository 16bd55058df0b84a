import type { DataFlow } from './data-flow.js';

/** How an input's texts are numbered on the way in. */
export interface LabelEncoding {
  input: string;
  /** The text by its number. */
  texts: ReadonlyMap<string, string>;
}

/** The encodings of text inputs that are numbered first thing, as ML.NET numbers its truth column. */
export function readLabelEncodings(flow: DataFlow): LabelEncoding[] {
  return flow.inputs.flatMap(({ name }) =>
    flow.consumers(name).flatMap((node): LabelEncoding[] => {
      const texts = node.attributes.get('keys_strings')?.texts() ?? [];
      const numbers = node.attributes.get('values_int64s')?.ints() ?? [];
      if (node.operator !== 'LabelEncoder' || texts.length === 0 || texts.length !== numbers.length)
        return [];
      return [
        { input: name, texts: new Map(numbers.map((number, at) => [String(number), texts[at] ?? ''])) },
      ];
    }),
  );
}

const told = 6;

/**
 * What a classifier's numbers stand for, when an input that serves nothing else is numbered alike: the truth that the
 * model was trained on. Undefined where there is none.
 */
export function meaningOfNumbers(
  classes: readonly string[] | undefined,
  encodings: readonly LabelEncoding[],
  idle: readonly string[],
): string | undefined {
  if (classes === undefined) return undefined;
  const own = encodings.find(
    ({ input, texts }) => idle.includes(input) && classes.every((name) => texts.has(name)),
  );
  if (own === undefined) return undefined;
  const listed = classes.slice(0, told).map((name) => `${name} for "${own.texts.get(name)?.slice(0, 40)}"`);
  const more = classes.length > told ? ` and so on (${classes.length} in all)` : '';
  return `As in the input "${own.input}", ${listed.join(', ')}${more}.`;
}
