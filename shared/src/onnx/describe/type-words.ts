import { shapeText } from '../inputs/model-input.js';
import type { ValueType } from '../graph/value-info.js';

/** A type as its file states it: `float32 [?, 4]`, `sequence of map`. */
export function typeWords(type: ValueType): string {
  if (type.kind === 'tensor') {
    const elements = type.elements === '' ? 'tensor' : type.elements;
    return type.shape === undefined ? `${elements} of any shape` : `${elements} ${shapeText(type.shape)}`;
  }
  return 'of' in type ? `${type.kind} of ${typeWords(type.of)}` : type.kind;
}

const whole = /^u?int/;

/** What one value is, for people; `count` of them. */
export function valueWords(elements: string, count: number | undefined): string {
  const [one, many] =
    elements === 'string'
      ? ['text', 'texts']
      : elements === 'bool'
        ? ['true or false', 'values of true or false']
        : whole.test(elements)
          ? ['whole number', 'whole numbers']
          : ['number', 'numbers'];
  if (count === undefined) return many;
  if (count !== 1) return `${count.toLocaleString('en-US')} ${many}`;
  return elements === 'bool' ? one : `one ${one}`;
}

/** The first names of a list, and how many more there are. */
export function namesWords(names: readonly string[], most = 12): string {
  const first = names.slice(0, most).map((name) => cut(name, 40));
  const more = names.length - first.length;
  return more > 0 ? `${first.join(', ')} and ${more.toLocaleString('en-US')} more` : first.join(', ');
}

/** A text of at most so many characters. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
