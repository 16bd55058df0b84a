import { expect, it } from 'vitest';
import { createLineReader } from './line-reader.js';

function reader(linesPerSecond = 100, maxLineBytes = 20, tailBytes = 1000) {
  const lines: string[] = [];
  const states: string[] = [];
  const moving: string[] = [];
  let dropped = 0;
  let now = 10_000;
  const made = createLineReader(
    { linesPerSecond, maxLineBytes, tailBytes, now: () => now },
    (text, kind) =>
      (kind === undefined ? lines : moving).push(kind === undefined ? text : `${kind} ${text.trim()}`),
    (count) => (dropped += count),
    (text) => states.push(text),
  );
  return {
    lines,
    states,
    moving,
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

it('holds back what is over the budget, and goes on with it a second later', () => {
  const { push, lines, dropped, wait } = reader(3);
  push('1\n2\n3\n4\n5\n');
  push('6\n7\n');
  expect(lines).toEqual(['1', '2', '3']);
  wait(1000);
  push('8\n');
  expect(lines).toEqual(['1', '2', '3', '4', '5', '6']);
  wait(1000);
  push('9\n');
  expect(lines).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(dropped()).toBe(0);
});

it('passes the last lines on whatever came before them, and counts the others', () => {
  const { push, end, lines, dropped } = reader(5, 40, 100);
  for (let line = 1; line <= 10_000; line += 1) push(`line ${line}\n`);
  push('the last word');
  end();
  expect(lines.slice(0, 5)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
  expect(lines.slice(-3)).toEqual(['line 9999', 'line 10000', 'the last word']);
  expect(lines.length).toBeLessThan(15);
  expect(lines.length + dropped()).toBe(10_001);
});

it('takes a line of ten megabytes as one, and what follows it', () => {
  const { push, end, lines } = reader();
  for (let megabyte = 0; megabyte < 10; megabyte += 1) push('z'.repeat(2 ** 20));
  push('\nafter\n');
  end();
  expect(lines).toEqual([`${'z'.repeat(20)} [cut]`, 'after']);
});

it('tells every state of a line that is drawn over itself, and passes few of them on', () => {
  const { push, end, lines, states, moving, wait } = reader(100, 80);
  for (let percent = 0; percent < 100; percent += 1) {
    push(`\r ${percent}%|###   | ${percent}/100`);
    wait(200);
  }
  push('\r100%|######| 100/100\n');
  push('done\r\n');
  end();
  expect(states).toHaveLength(100);
  // Twenty seconds: a state each second to look at, one in ten to keep.
  expect(moving.filter((text) => text.startsWith('kept'))).toEqual([
    'kept 0%|###   | 0/100',
    'kept 50%|###   | 50/100',
  ]);
  expect(moving).toHaveLength(20);
  expect(lines).toEqual(['100%|######| 100/100', 'done']);
});

it('keeps the end of a bar that is drawn many times at once, and its letters whole', () => {
  const { push, end, lines } = reader(100, 40);
  push(Array.from({ length: 5000 }, (_, at) => `Größe ${at}`).join('\r'));
  push('\nnext\n');
  end();
  expect(lines).toEqual(['Größe 4999', 'next']);
});

it('keeps the last state of a bar that the app ended in', () => {
  const { push, end, lines } = reader(100, 80);
  push('\r 1%|');
  push('\r 2%|');
  push('\r 3%|');
  end();
  expect(lines).toEqual([' 3%|']);
});
