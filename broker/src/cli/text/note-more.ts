import type { Terminal } from '../terminal.js';

/** Says on stderr that a list was cut: "These are the newest 20 jobs; --limit 40 shows more." */
export function noteMore(terminal: Terminal, { shown, what }: { shown: number; what: string }): void {
  terminal.note(
    `These are the newest ${shown} ${what}; there are more. --limit ${shown * 2} shows twice as many.`,
  );
}
