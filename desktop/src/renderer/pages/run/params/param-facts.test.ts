import type { ParamDeclaration } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { paramFacts } from './param-facts.js';

it.each<[ParamDeclaration, string]>([
  [{ type: 'number', min: 0, max: 10, default: 1 }, 'number, 0 to 10, default 1'],
  [{ type: 'integer', min: 1 }, 'whole number, from 1, needed'],
  [{ type: 'number', max: 5, optional: true }, 'number, up to 5, may be left out'],
  [{ type: 'string', choices: ['a', 'b'], default: 'a' }, 'default a'],
  [{ type: 'text', default: '' }, 'lines of text, default empty'],
  [{ type: 'boolean', default: false }, 'default false'],
])('%j is %s', (declaration, facts) => {
  expect(paramFacts(declaration)).toBe(facts);
});
