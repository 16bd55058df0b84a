import { refused } from '../refusal.js';

/** One value at the top of the file, as text, and the line on which it begins. */
export interface JsonElement {
  text: string;
  line: number;
}

export interface ElementScanner {
  /** The values that end in this piece. */
  take(piece: string): JsonElement[];
  /** What is left at the end. @throws MeshdeckError where that is half a value */
  end(): JsonElement[];
  /** Whether the file is one list of values; null while nothing has come. */
  readonly isList: boolean | null;
}

/** Of one object, as of one line of a table. */
const longestElement = 8 * 1024 * 1024;
const isBlank = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/**
 * Cuts JSON lines, or one list of objects, into their values without reading these. Lines may be blank, and a value may run
 * over several.
 */
export function createElementScanner(name: string): ElementScanner {
  let isList: boolean | null = null;
  let listEnded = false;
  /** In a list: whether a value may come now, must come, or a comma first. */
  let expects: 'value' | 'valueOrEnd' | 'comma' = 'valueOrEnd';
  let rest = '';
  let line = 1;
  let restLine = 1;
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let begun = false;

  const bad = (what: string) => refused(`${name}, line ${line}: ${what}`);

  function between(code: number, sign: string): void {
    if (isBlank(code)) return;
    if (isList === null && sign === '[') {
      isList = true;
      return;
    }
    isList ??= false;
    if (!isList) {
      begun = true;
      return;
    }
    if (listEnded) throw bad(`there is ${JSON.stringify(sign)} behind the end of the list.`);
    if (sign === ']') {
      if (expects === 'value') throw bad('the list ends behind a comma.');
      listEnded = true;
    } else if (sign === ',') {
      if (expects !== 'comma') throw bad('there is a comma without a value before it.');
      expects = 'value';
    } else if (expects === 'comma') throw bad('a comma is missing between two values.');
    else begun = true;
  }

  /** Whether the value that began ends with this sign, or before it. */
  function inside(code: number, sign: string): 'goesOn' | 'endsWith' | 'endsBefore' {
    if (inString) {
      if (isEscaped) isEscaped = false;
      else if (sign === '\\') isEscaped = true;
      else if (sign === '"') {
        inString = false;
        if (depth === 0) return 'endsWith';
      }
      return 'goesOn';
    }
    if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      if (depth === 0) return 'endsBefore';
      depth -= 1;
      if (depth === 0) return 'endsWith';
    } else if (depth === 0 && (isBlank(code) || sign === ',')) return 'endsBefore';
    return 'goesOn';
  }

  return {
    get isList() {
      return isList;
    },
    take(piece) {
      const elements: JsonElement[] = [];
      let start = 0;
      const finish = (to: number): void => {
        elements.push({ text: rest + piece.slice(start, to), line: restLine });
        rest = '';
        begun = false;
        expects = 'comma';
      };
      for (let at = 0; at < piece.length; at++) {
        const code = piece.charCodeAt(at);
        const sign = piece[at] ?? '';
        if (begun) {
          const how = inside(code, sign);
          if (how === 'endsWith') finish(at + 1);
          else if (how === 'endsBefore') {
            finish(at);
            between(code, sign);
          }
        } else {
          between(code, sign);
          if (begun) {
            start = at;
            restLine = line;
            inString = false;
            depth = 0;
            if (inside(code, sign) === 'endsBefore') throw bad(`there is no value that begins with ${sign}.`);
          }
        }
        if (code === 0x0a) line += 1;
      }
      if (begun) rest += piece.slice(start);
      if (rest.length > longestElement)
        throw bad('one object is longer than 8 MB, the most that a row may have.');
      return elements;
    },
    end() {
      if (begun && (depth > 0 || inString))
        throw bad('the file ends in the middle of an object: it is cut off.');
      if (isList === true && !listEnded) throw bad('the file ends before its list does: it is cut off.');
      const last = begun ? [{ text: rest, line: restLine }] : [];
      begun = false;
      return last;
    },
  };
}
