import type { Moving } from '@meshdeck/shared';

/** Cuts a byte stream into lines, holding at most one line of `maxBytes`; what is longer is cut and says so. */
export interface LineReader {
  push: (chunk: Buffer) => void;
  /** The stream ended: what is left is a line too, and the last lines are passed on whatever came before them. */
  end: () => void;
}

export interface LineBudget {
  /** Lines passed on in any one second; of what is beyond, the newest `tailBytes` are held back, the rest is counted. */
  linesPerSecond: number;
  maxLineBytes: number;
  tailBytes?: number;
  now?: () => number;
}

const newline = 10;
const carriageReturn = 13;
const usualTailBytes = 64 * 1024;
/** Of a line that is written over itself, such as a progress bar, one state in so long is passed on to be seen, and to be kept. */
const overwrittenEveryMs = { passing: 1000, kept: 10_000 };

const countLines = (bytes: Buffer): number => {
  let lines = 0;
  for (const byte of bytes) if (byte === newline) lines += 1;
  return lines;
};

/**
 * `onLine` gets whole lines without their ending, and as `moving` some states of a line that is drawn over itself; its last one is a line as others. Beyond the budget lines are held back at the price of a byte search, so
 * that an app that prints forever costs little and can fill nothing, and its last words are heard all the same.
 * `onOverwritten` gets each state of a line that ends with a carriage return alone and is drawn anew.
 */
export function createLineReader(
  budget: LineBudget,
  onLine: (text: string, moving?: Moving) => void,
  onDropped: (lines: number) => void,
  onOverwritten: (text: string) => void = () => undefined,
): LineReader {
  const { linesPerSecond, maxLineBytes, tailBytes = usualTailBytes, now = Date.now } = budget;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let cut = false;
  /** The last state of a line that is drawn over itself; it is the line if nothing comes after it. */
  let overwritten: string | undefined;
  const overwrittenAt = { passing: -Infinity, kept: -Infinity };
  let windowStart = 0;
  let inWindow = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  function keep(part: Buffer): void {
    const room = maxLineBytes - heldBytes;
    if (part.length > room) cut = true;
    if (room <= 0) return;
    // Copied: a slice would keep the whole chunk alive.
    const kept = Buffer.from(part.subarray(0, room));
    held.push(kept);
    heldBytes += kept.length;
  }

  function take(): string {
    const text = Buffer.concat(held).toString('utf8');
    const shown = cut ? `${text.replace(/\r$/, '')} [cut]` : text;
    held = [];
    heldBytes = 0;
    cut = false;
    return shown;
  }

  function pass(text: string, moving?: Moving): void {
    inWindow += 1;
    onLine(text, moving);
  }

  function passState(state: string): void {
    const at = now();
    if (at - overwrittenAt.passing < overwrittenEveryMs.passing) return;
    overwrittenAt.passing = at;
    const isKept = at - overwrittenAt.kept >= overwrittenEveryMs.kept;
    if (isKept) overwrittenAt.kept = at;
    pass(state, isKept ? 'kept' : 'passing');
  }

  /** The last state of a line so far; those before it were seen by nobody. */
  const lastState = (text: string): string => text.replace(/\r+$/, '').split('\r').at(-1) ?? '';

  function flush(): void {
    const line = lastState(take());
    const text = line.trim() === '' && overwritten !== undefined ? overwritten : line;
    if (overwritten !== undefined) onOverwritten(text);
    overwritten = undefined;
    pass(text);
  }

  /** A bar is told of while it moves: its line may not end before the app does. */
  function look(): void {
    if (held.at(-1)?.at(-1) !== carriageReturn && !held.some((part) => part.includes(carriageReturn))) return;
    const bytes = Buffer.concat(held);
    const end = bytes.lastIndexOf(carriageReturn);
    // A carriage return at the very end may be half of a line ending.
    const isLast = end === bytes.length - 1;
    const whole = isLast ? bytes.subarray(0, end).lastIndexOf(carriageReturn) : end;
    if (whole < 0) return;
    const state = lastState(bytes.toString('utf8', 0, whole));
    held = [bytes.subarray(whole + 1)];
    heldBytes = bytes.length - whole - 1;
    cut = false;
    if (state.trim() === '') return;
    overwritten = state;
    onOverwritten(state);
    passState(state);
  }

  /** More of the line, a little at a time: what counts of one that is drawn over itself is its end. */
  function keepMore(part: Buffer): void {
    const most = Math.max(1, Math.floor(maxLineBytes / 2));
    for (let at = 0; at < part.length; at += most) {
      if (at > 0) look();
      keep(part.subarray(at, at + most));
    }
  }

  /** Holds back what is beyond the budget, no more than the newest of it. */
  function hold(part: Buffer): void {
    if (part.length === 0) return;
    waiting.push(Buffer.from(part));
    waitingBytes += part.length;
    if (waitingBytes <= 2 * tailBytes) return;
    const all = Buffer.concat(waiting);
    const from = all.indexOf(newline, all.length - tailBytes) + 1 || all.length - tailBytes;
    onDropped(countLines(all.subarray(0, from)));
    waiting = [Buffer.from(all.subarray(from))];
    waitingBytes = all.length - from;
  }

  function takeWaiting(): Buffer {
    const all = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return all;
  }

  function feed(chunk: Buffer, most: number): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (inWindow >= most) return hold(chunk.subarray(start));
      keepMore(chunk.subarray(start, end));
      flush();
      start = end + 1;
    }
    if (inWindow >= most) return hold(chunk.subarray(start));
    if (start < chunk.length) keepMore(chunk.subarray(start));
    look();
  }

  return {
    push(chunk) {
      if (now() - windowStart >= 1000) {
        windowStart = now();
        inWindow = 0;
        const before = takeWaiting();
        if (before.length > 0) feed(before, linesPerSecond);
      }
      if (waitingBytes > 0 || inWindow >= linesPerSecond) hold(chunk);
      else feed(chunk, linesPerSecond);
    },
    end() {
      const rest = takeWaiting();
      // As many lines as one second may have; those before them are counted.
      let from = rest.length;
      for (let lines = 0; lines <= linesPerSecond && from > 0; lines += 1)
        from = rest.lastIndexOf(newline, from - 1) === -1 ? 0 : rest.lastIndexOf(newline, from - 1);
      if (from > 0) onDropped(countLines(rest.subarray(0, from + 1)));
      inWindow = 0;
      if (rest.length > 0) feed(rest.subarray(from > 0 ? from + 1 : 0), Infinity);
      if (heldBytes > 0) flush();
      else if (overwritten !== undefined) pass(overwritten);
    },
  };
}
