import type { LogLine, LogMessage } from '@meshdeck/shared';
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

const bar = (ts: number, text: string, moving?: LogLine['moving'], stream: LogLine['stream'] = 'stderr') => ({
  ...message([]),
  lines: [{ ts, stream, text, ...(moving !== undefined && { moving }) }],
});
const texts = (log: LogLines) => log.lines.map(({ text }) => text);

it('shows a line that is drawn over itself once, at its last state, below what was printed meanwhile', () => {
  const log = new LogLines(10);
  log.add([bar(1, ' 1%', 'kept'), bar(2, ' 2%', 'passing'), bar(3, 'epoch 1', undefined, 'stdout')]);
  expect(texts(log)).toEqual([' 2%', 'epoch 1']);
  log.add([bar(4, ' 3%', 'passing')]);
  expect(texts(log)).toEqual(['epoch 1', ' 3%']);
  log.add([bar(5, '100%'), bar(6, 'done')]);
  expect(texts(log)).toEqual(['epoch 1', '100%', 'done']);
  expect(new Set(log.lines.map(({ number }) => number)).size).toBe(3);
});

it('leaves the moving lines of other attempts alone', () => {
  const log = new LogLines(10);
  log.add([bar(1, ' 1%', 'kept'), { ...bar(2, ' 7%', 'kept'), attemptId: 'aaaaaaaaaa-0-2' }]);
  expect(texts(log)).toEqual([' 1%', ' 7%']);
});

it('adds no state of a moving line that the stored log knows the end of', () => {
  const stored = [bar(1, ' 1%', 'kept'), bar(9, '100%')];
  expect(withoutKnown([bar(8, '90%', 'passing'), bar(10, 'done')], stored)).toEqual([bar(10, 'done')]);
});
