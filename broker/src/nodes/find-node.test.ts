import type { NodeView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { joinedNode } from '../http/fixtures/hub-services.js';
import { askingFirst, findNode } from './find-node.js';

const node = (id: string, name: string, membership: NodeView['membership']): NodeView => ({
  ...joinedNode,
  id: id.padEnd(26, 'x'),
  name,
  membership,
});
const own = node('aaa', 'bench-1', 'joined');
const stranger = node('bbb', 'bench-1', 'pending');
const seen = node('ccc', 'bench-1', 'seen');
const rejected = node('ddd', 'bench-1', 'rejected');

it('means the joined machine by its name, whoever else calls themselves so', () => {
  for (const others of [[stranger], [seen], [rejected], [stranger, seen, rejected]]) {
    expect(findNode([...others, own], 'bench-1')).toBe(own);
  }
  // An id that begins like it is no way around either.
  expect(findNode([node('bench-1', 'x', 'pending'), own], 'bench-1')).toBe(own);
});

it('means the one that asks where it is about letting in or turning away', () => {
  expect(findNode([own, stranger, seen], 'bench-1', askingFirst)).toBe(stranger);
  expect(findNode([own], 'bench-1', askingFirst)).toBe(own);
});

it('guesses between no two of a kind, and finds every one by id', () => {
  const twin = node('eee', 'bench-1', 'joined');
  expect(() => findNode([own, twin], 'bench-1')).toThrow('More than one machine');
  expect(() => findNode([stranger, seen], 'bench-1')).toThrow('More than one machine');
  expect(() => findNode([own], 'nobody')).toThrow('There is no machine');
  expect(findNode([own, stranger], stranger.id)).toBe(stranger);
  expect(findNode([own, stranger], 'bbb')).toBe(stranger);
});
