import type { ReadStream } from 'node:tty';
import { text } from 'node:stream/consumers';
import { MeshdeckError } from '@meshdeck/shared';

const [enter, lineFeed, interrupt, endOfInput, backspace, deletion] = [
  '\r',
  '\n',
  '\u0003',
  '\u0004',
  '\b',
  '\u007f',
];

/** What somebody types, shown nowhere, up to the end of the line. */
function typed(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let value = '';
    input.setRawMode(true);
    input.setEncoding('utf8');
    function leave(): void {
      input.setRawMode(false);
      input.pause();
      input.off('data', take);
    }
    function take(chunk: string): void {
      for (const letter of chunk) {
        if (letter === enter || letter === lineFeed || letter === endOfInput) {
          leave();
          return resolve(value);
        }
        if (letter === interrupt) {
          leave();
          return reject(new MeshdeckError('cancelled', 'Cancelled: no secret was set.'));
        }
        value = letter === backspace || letter === deletion ? value.slice(0, -1) : value + letter;
      }
    }
    input.on('data', take);
    input.resume();
  });
}

/** From a terminal one line that is not shown, else all that is piped in, without the line's end. Never an argument. */
export async function readSecret(input: NodeJS.ReadStream, ask: () => void): Promise<string> {
  if (!input.isTTY) return (await text(input)).replace(/\r?\n$/, '');
  ask();
  return typed(input);
}
