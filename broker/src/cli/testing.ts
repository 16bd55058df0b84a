import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandContext } from './context.js';
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
