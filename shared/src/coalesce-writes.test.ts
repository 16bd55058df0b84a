import { Writable } from 'node:stream';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { coalesceWrites } from './coalesce-writes.js';

/** A stream that notes what was sent together. */
function startStream() {
  const sent: string[] = [];
  const note = (chunks: readonly Buffer[]) => sent.push(Buffer.concat(chunks).toString('latin1'));
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      note([chunk]);
      done();
    },
    writev(chunks, done) {
      note(chunks.map(({ chunk }) => chunk as Buffer));
      done();
    },
  });
  coalesceWrites(stream);
  return { stream, sent };
}

const puback = [Buffer.from([0x40]), Buffer.from([2]), Buffer.from([0, 7])];
const pubackText = Buffer.concat(puback).toString('latin1');

describe('gathered MQTT writes', () => {
  it('go out together and in order at the end of the callback that made them', async () => {
    const { stream, sent } = startStream();
    for (const text of ['a', 'b', 'c']) stream.write(text);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual(['abc']);
  });

  it('wait a little for each other where much is said', async () => {
    const { stream, sent } = startStream();
    for (let index = 0; index < 100; index += 1) {
      stream.write(String(index % 10));
      await turn();
    }
    await pause(20);
    expect(sent.join('')).toBe('0123456789'.repeat(10));
    expect(sent.length).toBeLessThan(60);
  });

  it('an acknowledgement waits for company, and goes without it in the end', async () => {
    const { stream, sent } = startStream();
    for (const piece of puback) stream.write(piece);
    await turn();
    expect(sent).toEqual([]);
    stream.write('word');
    await turn();
    expect(sent).toEqual([`${pubackText}word`]);
    for (const piece of puback) stream.write(piece);
    await pause(30);
    expect(sent).toEqual([`${pubackText}word`, pubackText]);
  });

  it('what is held when the stream ends still goes out', async () => {
    const { stream, sent } = startStream();
    for (const piece of puback) stream.write(piece);
    stream.end('last');
    await new Promise((done) => stream.once('finish', done));
    expect(sent.join('')).toBe(`${pubackText}last`);
  });
});
