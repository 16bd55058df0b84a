import { expect, it } from 'vitest';
import { appManifestSchema } from '../app-manifest.js';
import { paramValuesSchema, type ParamDeclarations } from '../models/param.js';
import { paramArguments } from './param-arguments.js';
import { settleParams } from './settle-params.js';

const declared: ParamDeclarations = {
  threshold: { type: 'number', default: 1, min: 0, max: 10 },
  'learning-rate': { type: 'number' },
  mode: { type: 'string', optional: true },
  verbose: { type: 'boolean', default: false },
  cache: { type: 'boolean', default: true },
};

it('gives defaults, in the order of the declarations, and nothing for what is optional', () => {
  const values = settleParams('scale', declared, { 'learning-rate': '-0.5', threshold: 2 });
  expect(values).toEqual({ threshold: 2, 'learning-rate': -0.5, verbose: false, cache: true });
  expect(Object.keys(values)[0]).toBe('threshold');
});

it('writes a boolean as a flag, and no value that a parser would take for an option', () => {
  const values = { threshold: 2, 'learning-rate': -0.5, mode: '', verbose: true, cache: false };
  expect(paramArguments(declared, values)).toEqual([
    ...['--threshold', '2', '--learning-rate=-0.5', '--mode', '', '--verbose', '--no-cache'],
  ]);
  expect(paramArguments(declared, { verbose: false, cache: true })).toEqual(['--cache']);
  expect(paramArguments(undefined, values)).toEqual([]);
});

it.each([
  [
    { treshold: 2 },
    'scale has no parameter "treshold". Did you mean "threshold"? It has threshold, learning-rate,',
  ],
  [{ learning_rate: 2 }, 'Did you mean "learning-rate"?'],
  [{ zzz: 2 }, 'scale has no parameter "zzz". It has threshold,'],
  [{ constructor: 2 }, 'scale has no parameter "constructor".'],
  [{}, 'scale needs the parameter "learning-rate" (number), which has no default.'],
  [{ 'learning-rate': 'x' }, 'The parameter "learning-rate" of scale needs a number, not "x".'],
])('refuses %j', (given, sentence) => {
  expect(() => settleParams('scale', declared, given)).toThrow(sentence);
});

it('says of an app without parameters that it has none', () => {
  expect(() => settleParams('scale', {}, { a: 1 })).toThrow(
    'scale takes no parameters, so "a" cannot be set.',
  );
});

it('takes anything where nothing is declared, unless two names are one variable', () => {
  expect(settleParams('s', undefined, { a: '01', b: true })).toEqual({ a: '01', b: true });
  expect(() => settleParams('s', undefined, { 'a-b': 1, a_b: 2 })).toThrow(
    'It cannot run: the parameters "a-b" and "a_b" would both be MESHDECK_PARAM_A_B; rename one of them.',
  );
});

const manifest = (params: string) =>
  appManifestSchema.safeParse(
    JSON.parse(`{ "name": "a", "runtime": "python", "entry": "a.py", "params": ${params} }`),
  ).error?.issues[0]?.message;

it.each([
  ['{ "t": { "type": "number", "default": "1" } }', 'must have a default of the type "number"; "1" is not'],
  [
    '{ "t": { "type": "number", "default": 11, "max": 10 } }',
    'must have a default that fits: it has to be 10 at most, not 11',
  ],
  ['{ "t": { "type": "string", "max": 10 } }', 'must have no "min" or "max"'],
  ['{ "t": { "type": "number", "min": 2, "max": 1 } }', 'must not have a "min" above its "max"'],
  ['{ "t": { "type": "integer", "choices": [1, 1.5] } }', 'must have choices of the type "integer"'],
  [
    '{ "t": { "type": "integer", "default": 1, "optional": true } }',
    'must not be optional: it has a default',
  ],
  ['{ "a-b": { "type": "string" }, "a.b": { "type": "string" } }', 'would both be MESHDECK_PARAM_A_B'],
])('refuses the manifest with %s', (params, message) => {
  expect(manifest(params)).toContain(message);
});

it('passes over no value without a word', () => {
  const refused = (json: string) => paramValuesSchema.safeParse(JSON.parse(json)).error?.issues[0]?.message;
  expect(refused('{ "a": 1e400 }')).toBeDefined();
  expect(refused('{ "a": "\\u0000" }')).toContain('must not hold a NUL');
  expect(refused(JSON.stringify({ a: 'x'.repeat(1_000_000) }))).toBeDefined();
  expect(refused('{ "a": null }')).toBeDefined();
});
