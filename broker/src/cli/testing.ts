import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { CommandContext } from './context.js';
import { createTerminal, type Terminal } from './terminal.js';
import { createPaint } from './text/paint.js';

/** A folder that lasts as long as the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A context that remembers what was printed and noted. */
export function recordingContext(env: Record<string, string> = {}): {
  context: CommandContext;
  printed: string[];
  noted: string[];
} {
  const printed: string[] = [];
  const noted: string[] = [];
  const paint = createPaint(false);
  const context: CommandContext = {
    terminal: {
      print: (text) => void printed.push(text),
      note: (text) => void noted.push(text),
      draw: (text) => void noted.push(text),
      ask: async () => null,
      width: undefined,
      isWatched: false,
      noteWidth: 80,
      paint,
      notePaint: paint,
    },
    env,
    now: Date.now,
    onInterrupt: () => () => {},
    leave: (exitCode) => {
      throw new Error(`left with ${exitCode}`);
    },
  };
  return { context, printed, noted };
}

/** A terminal with colours that a person watches, and what has come out of it. */
export function openTerminal(): { terminal: Terminal; written: { stdout: string; stderr: string } } {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) =>
    Object.assign(new PassThrough(), { isTTY: true, columns: 100 }).on(
      'data',
      (data: Buffer) => (written[name] += data.toString()),
    ) as unknown as NodeJS.WriteStream;
  const terminal = createTerminal({
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: { TERM: 'xterm' },
  });
  return { terminal, written };
}

/** Our own: colours, and wiping the line that moves. */
export const ours = new RegExp(String.raw`\u001B\[(?:1|2|22|31|32|33|36|39)m|\r\u001B\[2K`, 'g');
/** What a terminal acts on. */
export const acts = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\u2028\u2029]/u;
