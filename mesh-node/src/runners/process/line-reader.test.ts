import { expect, it } from 'vitest';
import { createLineReader } from './line-reader.js';

function reader(linesPerSecond = 100, maxLineBytes = 20) {
  const lines: string[] = [];
  let dropped = 0;
  let now = 10_000;
  const made = createLineReader(
    { linesPerSecond, maxLineBytes, now: () => now },
    (text) => lines.push(text),
    (count) => (dropped += count),
  );
  return {
    lines,
    dropped: () => dropped,
    push: (text: string) => made.push(Buffer.from(text)),
    end: made.end,
    wait: (ms: number) => (now += ms),
  };
}

it('puts lines together across chunks, whatever their endings', () => {
  const { push, end, lines } = reader();
  push('on');
  push('e\r\ntwo\n\nth');
  push('ree');
  end();
  expect(lines).toEqual(['one', 'two', '', 'three']);
});

it('keeps a character that was cut in two', () => {
  const lines: string[] = [];
  const made = createLineReader(
    { linesPerSecond: 9, maxLineBytes: 20 },
    (text) => lines.push(text),
    () => undefined,
  );
  const bytes = Buffer.from('3 °C\n');
  made.push(bytes.subarray(0, 3));
  made.push(bytes.subarray(3));
  expect(lines).toEqual(['3 °C']);
});

it('cuts a line that is too long and says so', () => {
  const { push, lines } = reader();
  push('x'.repeat(50));
  push('x'.repeat(50));
  push('\nnext\n');
  expect(lines).toEqual([`${'x'.repeat(20)} [cut]`, 'next']);
});

it('counts what is over the budget and listens again a second later', () => {
  const { push, lines, dropped, wait } = reader(3);
  push('1\n2\n3\n4\n5\n');
  push('6\n7\n');
  expect(lines).toEqual(['1', '2', '3']);
  expect(dropped()).toBe(4);
  wait(1000);
  push('8\n');
  expect(lines).toEqual(['1', '2', '3', '8']);
});
