import { cleanJson, cleanLine } from '@meshdeck/shared';

/**
 * Where the agent's command line speaks. A hub's name and its sentences are other people's words: whatever is said here is
 * made harmless on its way out, and nothing is said elsewhere.
 */

/** One JSON line on stdout, for programs that start an agent. */
export function tell(event: Record<string, unknown>): void {
  process.stdout.write(`${cleanJson(JSON.stringify(event))}\n`);
}

/** A line on stdout. */
export function print(text: string): void {
  process.stdout.write(`${cleanLine(text)}\n`);
}

/** A sentence for people on stderr. */
export function say(sentence: string): void {
  process.stderr.write(`meshdeck-node: ${cleanLine(sentence)}\n`);
}

/** A question on stderr; the answer is typed on the same line. */
export function question(text: string): void {
  process.stderr.write(`meshdeck-node: ${cleanLine(text)} `);
}

/** Where a command's words go. */
export interface Speaker {
  print: (text: string) => void;
  say: (sentence: string) => void;
}
