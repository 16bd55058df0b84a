import { createInterface } from 'node:readline/promises';
import { createPaint, wantsColor, type Paint } from './text/paint.js';

/** Where a command speaks: results on stdout, everything else on stderr. */
export interface Terminal {
  /** A result line on stdout. */
  print(text: string): void;
  /** A remark on stderr. */
  note(text: string): void;
  /** Raw text on stderr, for a line that is drawn over. */
  draw(text: string): void;
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
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    draw: (text) => void stderr.write(text),
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
      lines.question(question),
      new Promise<null>((resolve) => lines.once('close', () => resolve(null))),
    ]);
  } finally {
    lines.close();
  }
}
