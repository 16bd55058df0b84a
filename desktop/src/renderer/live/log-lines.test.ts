import type { LogMessage } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { LogLines, withoutKnown } from './log-lines.js';

const message = (texts: string[], dropped = 0): LogMessage => ({
  attemptId: 'aaaaaaaaaa-0-1',
  dropped,
  lines: texts.map((text, index) => ({ ts: 1000 + index, stream: 'stdout', text })),
});

it('keeps the newest lines only, numbered on', () => {
  const log = new LogLines(3);
  log.add([message(['a', 'b']), message(['c', 'd'])]);
  expect(log.lines.map((line) => [line.number, line.text])).toEqual([
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
});

it('says where lines were left out', () => {
  const log = new LogLines(10);
  log.add([message(['a'], 7)]);
  expect(log.lines.map((line) => line.stream)).toEqual(['note', 'stdout']);
  expect(log.lines[0]?.text).toContain('7 lines left out');
});

it('shows no terminal codes', () => {
  const log = new LogLines(10);
  const escape = String.fromCharCode(27);
  log.add([message([`${escape}[1;32mok${escape}[0m done`])]);
  expect(log.lines[0]?.text).toBe('ok done');
});

it('adds to a stored log what came live meanwhile, once', () => {
  const stored = [message(['a', 'b'])];
  expect(withoutKnown([message(['a', 'b', 'c'])], stored)).toEqual([
    { ...message([]), lines: [{ ts: 1002, stream: 'stdout', text: 'c' }] },
  ]);
  expect(withoutKnown([message(['a'])], stored)).toEqual([]);
});
