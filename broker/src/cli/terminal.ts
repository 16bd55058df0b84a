import { createInterface } from 'node:readline/promises';
import { cleanLine } from '@meshdeck/shared';
import { createPaint, rendered, wantsColor, type Paint } from './text/paint.js';

/**
 * Where a command speaks: results on stdout, everything else on stderr. Texts may hold other people's words: whatever is
 * said here is made harmless on its way out, and nothing is said elsewhere.
 */
export interface Terminal {
  /** A result line on stdout. */
  print(text: string): void;
  /** A remark on stderr. */
  note(text: string): void;
  /** Draws a line on stderr over the one drawn before; '' wipes it. */
  draw(line: string): void;
  /** A line typed as the answer; null where nobody can be asked. */
  ask(question: string): Promise<string | null>;
  /** Columns of stdout; undefined where it is no terminal. */
  width: number | undefined;
  /** Whether a person watches stderr. */
  isWatched: boolean;
  noteWidth: number;
  paint: Paint;
  notePaint: Paint;
}

const clearLine = '\r\u001B[2K';

export function createTerminal({
  stdin,
  stdout,
  stderr,
  env,
}: {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
}): Terminal {
  return {
    print: (text) => void stdout.write(`${rendered(text)}\n`),
    note: (text) => void stderr.write(`${rendered(text)}\n`),
    draw: (line) => void stderr.write(`${clearLine}${rendered(cleanLine(line))}`),
    ask: (question) => (stdin.isTTY ? askPerson(stdin, stderr, question) : Promise.resolve(null)),
    width: stdout.isTTY ? stdout.columns : undefined,
    isWatched: stderr.isTTY && env.TERM !== 'dumb',
    noteWidth: stderr.isTTY ? stderr.columns : 80,
    paint: createPaint(wantsColor(stdout.isTTY, env)),
    notePaint: createPaint(wantsColor(stderr.isTTY, env)),
  };
}

async function askPerson(
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
  question: string,
): Promise<string | null> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return await Promise.race([
      lines.question(rendered(question)),
      new Promise<null>((resolve) => lines.once('close', () => resolve(null))),
    ]);
  } finally {
    lines.close();
  }
}
