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

/** One stream of one attempt: where a moving line moves. */
const placeOf = (attemptId: AttemptId, stream: string) => `${attemptId} ${stream}`;

/** The newest lines of a job's log, bounded; a line that an app draws over itself is one, at its last state; what was dropped on the way is said in a line of its own. */
export class LogLines {
  #lines: ShownLine[] = [];
  #next = 1;
  /** Numbers of the lines that what comes next on their stream takes the place of. */
  readonly #moving = new Map<string, number>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  clear(): void {
    this.#lines = [];
    this.#moving.clear();
  }

  add(messages: readonly LogMessage[]): void {
    for (const { attemptId, lines, dropped } of messages) {
      if (dropped > 0) {
        const text = `${dropped} ${dropped === 1 ? 'line' : 'lines'} left out: the app printed faster than they could be sent`;
        this.#push({ ts: lines[0]?.ts ?? 0, stream: 'note', attempt: attemptId, text });
      }
      for (const { ts, stream, text, moving } of lines) {
        const place = placeOf(attemptId, stream);
        this.#takeAway(this.#moving.get(place));
        this.#moving.delete(place);
        if (moving !== undefined) this.#moving.set(place, this.#next);
        this.#push({ ts, stream, attempt: attemptId, text: text.replace(terminalCodes, '') });
      }
    }
    if (this.#lines.length > this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
  }

  note(text: string): void {
    this.#push({ ts: this.#lines.at(-1)?.ts ?? 0, stream: 'note', attempt: null, text });
  }

  /** A moving line is among the newest, so it is looked for from the end. */
  #takeAway(number: number | undefined): void {
    if (number === undefined) return;
    const at = this.#lines.findLastIndex((line) => line.number === number);
    if (at !== -1) this.#lines.splice(at, 1);
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
 * A line counts as the same when attempt, time, stream and text are. A state of a moving line that is older than what the stored
 * log has of its stream is over.
 */
export function withoutKnown(live: readonly LogMessage[], stored: readonly LogMessage[]): LogMessage[] {
  if (live.length === 0) return [];
  const known = new Set(
    stored.flatMap(({ attemptId, lines }) => lines.map((line) => keyOf(attemptId, line))),
  );
  const newest = new Map<string, number>();
  for (const { attemptId, lines } of stored)
    for (const { stream, ts } of lines) newest.set(placeOf(attemptId, stream), ts);
  return live
    .map((message) => ({
      ...message,
      lines: message.lines.filter((line) => {
        if (known.has(keyOf(message.attemptId, line))) return false;
        const last = newest.get(placeOf(message.attemptId, line.stream)) ?? -Infinity;
        return line.moving === undefined || line.ts > last;
      }),
    }))
    .filter((message) => message.lines.length > 0);
}
