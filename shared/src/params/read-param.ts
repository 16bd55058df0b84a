import type { ParamDeclaration, ParamValue } from '../models/param.js';
import { shownText } from './shown-text.js';

/** A value of its parameter's type, or why it is none: words that follow the parameter's name. */
export type ReadParam = { value: ParamValue } | { problem: string };

const numberForm = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const integerForm = /^[+-]?(?:0|[1-9]\d*)$/;

function numberProblem(text: string, noun: string): string {
  if (text === '') return `needs ${noun}, and is empty`;
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return `needs ${noun}; ${text} is none that JSON can hold`;
  if (/^[+-]?0\d/.test(text)) return `needs ${noun}; ${shownText(text)} begins with a 0: write it without`;
  if (/^[+-]?\d+,\d+$/.test(text))
    return `needs ${noun}; write ${text.replace(',', '.')} instead of ${shownText(text)}`;
  return `needs ${noun}, not ${shownText(text)}`;
}

function readNumber(text: string): ReadParam {
  if (!numberForm.test(text)) return { problem: numberProblem(text, 'a number') };
  const value = Number(text);
  if (!Number.isFinite(value))
    return { problem: `needs a number; ${shownText(text)} is larger than any may be` };
  if (value === 0 && /[1-9]/.test(text.replace(/[eE].*$/, '')))
    return { problem: `needs a number; ${shownText(text)} is so small that it would become 0` };
  return { value: value + 0 === 0 ? 0 : value };
}

function readInteger(text: string): ReadParam {
  if (!integerForm.test(text)) {
    const problem = numberForm.test(text)
      ? `needs a whole number, not ${shownText(text)}`
      : numberProblem(text, 'a whole number');
    return { problem };
  }
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    return {
      problem: `needs a whole number of at most ${Number.MAX_SAFE_INTEGER}; ${shownText(text)} would lose digits`,
    };
  }
  return { value: value === 0 ? 0 : value };
}

function readBoolean(text: string): ReadParam {
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  return { problem: `needs true or false, not ${shownText(text)}` };
}

function readTyped(type: ParamDeclaration['type'], given: ParamValue): ReadParam {
  const text = String(given);
  switch (type) {
    case 'number':
      return readNumber(text.trim());
    case 'integer':
      return readInteger(text.trim());
    case 'boolean':
      return readBoolean(text.trim());
    case 'string':
      if (/[\r\n]/.test(text))
        return { problem: 'needs one line; a parameter of the type "text" may have more' };
      return { value: text };
    case 'text':
      return { value: text };
  }
}

/**
 * What was given for a parameter, as its declaration has it: typed values and the same as text are taken alike, so that `3`
 * is the same from a command line, a form and JSON.
 */
export function readParam(declaration: ParamDeclaration, given: ParamValue): ReadParam {
  const read = readTyped(declaration.type, given);
  if ('problem' in read) return read;
  const { value } = read;
  const { min, max, choices = [] } = declaration;
  if (choices.length > 0 && !choices.includes(value)) {
    const named = choices.slice(0, 20).map(shownText).join(', ');
    return {
      problem: `has to be one of ${named}${choices.length > 20 ? ', ...' : ''}, not ${shownText(value)}`,
    };
  }
  if (typeof value === 'number') {
    if (min !== undefined && value < min) return { problem: `has to be ${min} at least, not ${value}` };
    if (max !== undefined && value > max) return { problem: `has to be ${max} at most, not ${value}` };
  }
  return { value };
}

/**
 * What a text stands for where nothing is declared: a number or true and false where it is written in the one way in which they
 * are written back, so that nothing is lost; else the text as it is (`01`, `1.10`, `1e400`, `yes`).
 */
export function plainParam(text: string): ParamValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}
