import { describe, expect, it } from 'vitest';
import { createLineReader } from './line-reader.js';
import { createRecentLines, readableLine } from './recent-lines.js';
import { redact } from './redact.js';

describe('a line for people', () => {
  it.each([
    'opened http://127.0.0.1:7420/login?link=Zm9vYmFy',
    '{"token":"Zm9vYmFy"}',
    "password: 'Zm9vYmFy'",
    'Authorization: Bearer Zm9vYmFyZm9v',
    'amqp://guest:Zm9vYmFy@rabbit:5672',
    '-----BEGIN PRIVATE KEY----- Zm9vYmFy',
    'MESHDECK_TOKEN=Zm9vYmFy',
  ])('holds no secret: %s', (line) => {
    expect(redact(line)).not.toContain('Zm9vYmFy');
  });

  it('keeps what is none', () => {
    const line = 'Port 8883 is taken; give another with --mqtt-port.';
    expect(redact(line)).toBe(line);
  });

  it('is the message of a log record, with its cause', () => {
    const record = { level: 50, msg: 'store closed', err: { message: 'disk full' }, pid: 7 };
    expect(readableLine(JSON.stringify(record))).toEqual({ text: 'store closed: disk full', isError: true });
  });

  it('is not an error when it is a stack frame', () => {
    const lines = createRecentLines({ lines: 5, lineLength: 100 });
    for (const line of ['Error: no', '    at open (/app/x.js:1:1)', '']) lines.push(line);
    expect(lines.lastError()).toBe('Error: no');
    expect(lines.list()).toHaveLength(2);
  });

  it('is kept only as long and as often as there is room', () => {
    const lines = createRecentLines({ lines: 2, lineLength: 3 });
    for (const line of ['one', 'two', 'three']) lines.push(line);
    expect(lines.list()).toEqual(['two', 'thr']);
  });
});

describe('the line reader', () => {
  function read(chunks: readonly (string | Uint8Array)[], maxLineLength?: number): string[] {
    const lines: string[] = [];
    const reader = createLineReader({
      onLine: (line) => lines.push(line),
      ...(maxLineLength === undefined ? {} : { maxLineLength }),
    });
    for (const chunk of chunks) reader.push(Buffer.from(chunk));
    reader.end();
    return lines;
  }

  it('joins lines and letters that arrive in pieces', () => {
    const euro = Buffer.from('€\n');
    expect(read(['a', 'b\r\nc', '\n', euro.subarray(0, 1), euro.subarray(1)])).toEqual(['ab', 'c', '€']);
  });

  it('keeps the beginning of a line that never ends, and the next line whole', () => {
    expect(read(['x'.repeat(50), 'x'.repeat(50), '\nnext'], 10)).toEqual(['x'.repeat(10), 'next']);
  });
});
