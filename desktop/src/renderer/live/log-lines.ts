import type { AttemptId, LogMessage } from '@meshdeck/shared';

/** One line on the screen. `number` only grows, so a list of lines can be keyed by it. */
export interface ShownLine {
  number: number;
  ts: number;
  stream: 'stdout' | 'stderr' | 'agent' | 'note';
  /** Null of a note that is of the whole log. */
  attempt: AttemptId | null;
  text: string;
}

const [escape, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
/** Colours, cursor moves and titles that programs print for terminals [ECMA-48 §5.4]; a page has no use for them. */
const terminalCodes = new RegExp(`${escape}\\[[0-9;?]*[ -/]*[@-~]|${escape}\\][^${bell}]*${bell}`, 'g');

/** The newest lines of a job's log, bounded; what was dropped on the way is said in a line of its own. */
export class LogLines {
  #lines: ShownLine[] = [];
  #next = 1;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  clear(): void {
    this.#lines = [];
  }

  add(messages: readonly LogMessage[]): void {
    for (const { attemptId, lines, dropped } of messages) {
      if (dropped > 0) {
        const text = `${dropped} ${dropped === 1 ? 'line' : 'lines'} left out: the app printed faster than they could be sent`;
        this.#push({ ts: lines[0]?.ts ?? 0, stream: 'note', attempt: attemptId, text });
      }
      for (const { ts, stream, text } of lines) {
        this.#push({ ts, stream, attempt: attemptId, text: text.replace(terminalCodes, '') });
      }
    }
    if (this.#lines.length > this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
  }

  note(text: string): void {
    this.#push({ ts: this.#lines.at(-1)?.ts ?? 0, stream: 'note', attempt: null, text });
  }

  #push(line: Omit<ShownLine, 'number'>): void {
    this.#lines.push({ number: this.#next, ...line });
    this.#next += 1;
  }
}

const keyOf = (attemptId: AttemptId, line: { ts: number; stream: string; text: string }) =>
  `${attemptId} ${line.ts} ${line.stream} ${line.text}`;

/**
 * Live messages that came while the stored log was being fetched, without the lines that the stored log has too.
 * A line counts as the same when attempt, time, stream and text are.
 */
export function withoutKnown(live: readonly LogMessage[], stored: readonly LogMessage[]): LogMessage[] {
  if (live.length === 0) return [];
  const known = new Set(
    stored.flatMap(({ attemptId, lines }) => lines.map((line) => keyOf(attemptId, line))),
  );
  return live
    .map((message) => ({
      ...message,
      lines: message.lines.filter((line) => !known.has(keyOf(message.attemptId, line))),
    }))
    .filter((message) => message.lines.length > 0);
}
