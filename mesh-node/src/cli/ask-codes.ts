import { createInterface } from 'node:readline';
import type { Waiting } from '../join/pair.js';
import { question } from './terminal.js';

/** `123456` as people compare it: `123 456`. */
export const spaced = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

/**
 * Asks the person at this terminal whether the hub shows the same code. A question nobody answers is never answered: the
 * attempt ends with its code.
 */
export function askCodes({ code, hubName }: Waiting, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ask = () =>
    question(
      `Does "${hubName}" show ${spaced(code)} for this machine? Approve it there, and type yes or no here:`,
    );
  return new Promise<boolean>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    lines.on('line', (line) => {
      const said = line.trim().toLowerCase();
      if (said === 'yes' || said === 'y') resolve(true);
      else if (said === 'no' || said === 'n') resolve(false);
      else ask();
    });
    ask();
  }).finally(() => lines.close());
}
