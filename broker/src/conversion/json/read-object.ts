import { refused, shown } from '../refusal.js';
import type { JsonElement } from './element-scanner.js';

/** A value of one row: `text` as it stands in the file, of a text what it says. */
export interface JsonCell {
  column: string;
  kind: 'text' | 'number' | 'bool' | 'null';
  text: string;
  /** It stood in an object inside of the row's. */
  isNested: boolean;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The last three as Python, and others after it, write them. */
const wordPattern = /true|false|null|NaN|-?Infinity/y;
const stringPattern = /"(?:[^"\\]|\\.)*"/y;
const blanks = /[ \t\r\n]*/y;
const deepest = 32;
const mostColumns = 16_384;

/**
 * The cells of one object. Objects inside of it become columns such as `address.city`; numbers keep their digits.
 *
 * @throws MeshdeckError `csv-malformed` where it is no object, holds a list, or names a key twice
 */
export function readObject(element: JsonElement, name: string): JsonCell[] {
  const { text } = element;
  const cells: JsonCell[] = [];
  const columns = new Set<string>();
  let at = 0;

  const fail = (what: string) => refused(`${name}, line ${element.line}: ${what}`);
  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    at += found.length;
    return found;
  }
  const skip = () => void match(blanks);
  function take(sign: string): boolean {
    skip();
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  }
  const noJson = () => fail(`it is no JSON from ${shown(text.slice(at, at + 20))} on.`);

  function string(): string {
    const found = match(stringPattern);
    if (found === null) throw noJson();
    let said: string;
    try {
      said = JSON.parse(found) as string;
    } catch {
      throw fail(`${shown(found)} is no text as JSON has it.`);
    }
    if (/\p{Surrogate}/u.test(said)) throw fail(`the text ${shown(said)} has half a character in it.`);
    return said;
  }

  function value(column: string, depth: number): void {
    skip();
    const sign = text[at];
    if (sign === '{') return object(`${column}.`, depth + 1);
    if (sign === '[') {
      throw fail(
        `${shown(column)} holds a list, and a table has one value in each cell. Leave it out, or write its values as columns of their own.`,
      );
    }
    if (columns.has(column))
      throw fail(`${shown(column)} stands there twice, so it is open which one counts.`);
    columns.add(column);
    if (columns.size > mostColumns) throw fail(`it has more than ${mostColumns} values.`);
    cells.push({ column, isNested: depth > 0, ...scalar(sign) });
  }

  function scalar(sign: string | undefined): Pick<JsonCell, 'kind' | 'text'> {
    if (sign === '"') return { kind: 'text', text: string() };
    const word = match(wordPattern);
    if (word === 'true' || word === 'false')
      return { kind: 'bool', text: word === 'true' ? 'True' : 'False' };
    if (word === 'null') return { kind: 'null', text: '' };
    const number = word ?? match(numberPattern);
    if (number === null) throw noJson();
    return { kind: 'number', text: number };
  }

  function object(prefix: string, depth: number): void {
    if (!take('{'))
      throw fail(`there is ${shown(text.slice(0, 20))} where an object such as {"x": 1} is needed.`);
    if (depth > deepest) throw fail('its objects are nested too deeply.');
    if (take('}')) return;
    do {
      skip();
      const key = string();
      if (!take(':')) throw noJson();
      value(prefix + key, depth);
    } while (take(','));
    if (!take('}')) throw noJson();
  }

  object('', 0);
  skip();
  if (at < text.length) throw noJson();
  return cells;
}
