import { expect, it } from 'vitest';
import { joinedNode } from '../../http/fixtures/hub-services.js';
import { recordingContext } from '../testing.js';
import { nodesTable } from './nodes.js';

it('lists machines in the order of their ranks, those without behind', () => {
  const named = [
    { ...joinedNode, name: 'second', rank: 2 },
    { ...joinedNode, name: 'lost', rank: null },
    { ...joinedNode, name: 'first', rank: 1 },
    { ...joinedNode, name: 'waiting', rank: null },
  ];
  const table = nodesTable(named, recordingContext().context.terminal, 0);
  const names = table.split('\n').flatMap((line) => /^(first|second|lost|waiting)\b/.exec(line)?.[0] ?? []);
  expect(names).toEqual(['first', 'second', 'lost', 'waiting']);
});
