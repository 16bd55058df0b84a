/** Cuts a byte stream into lines, holding at most one line of `maxBytes`; what is longer is cut and says so. */
export interface LineReader {
  push: (chunk: Buffer) => void;
  /** The stream ended: what is left is a line too. */
  end: () => void;
}

export interface LineBudget {
  /** Lines passed on in any one second; the rest is counted. */
  linesPerSecond: number;
  maxLineBytes: number;
  now?: () => number;
}

const newline = 10;

/**
 * `onLine` gets whole lines without their ending. Beyond the budget lines are only counted, at the price of a byte search,
 * so that an app that prints forever costs little and can fill nothing.
 */
export function createLineReader(
  budget: LineBudget,
  onLine: (text: string) => void,
  onDropped: (lines: number) => void,
): LineReader {
  const { linesPerSecond, maxLineBytes, now = Date.now } = budget;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let cut = false;
  let windowStart = 0;
  let inWindow = 0;

  function keep(part: Buffer): void {
    const room = maxLineBytes - heldBytes;
    if (part.length > room) cut = true;
    if (room <= 0) return;
    // Copied: a slice would keep the whole chunk alive.
    const kept = Buffer.from(part.subarray(0, room));
    held.push(kept);
    heldBytes += kept.length;
  }

  function openWindow(): void {
    if (now() - windowStart < 1000) return;
    windowStart = now();
    inWindow = 0;
  }

  /** Counts a chunk's lines without looking at them. */
  function skip(chunk: Buffer): void {
    let lines = 0;
    for (const byte of chunk) if (byte === newline) lines += 1;
    if (lines === 0) return;
    held = [];
    heldBytes = 0;
    cut = chunk[chunk.length - 1] !== newline;
    onDropped(lines);
  }

  function flush(): void {
    const text = Buffer.concat(held).toString('utf8').replace(/\r$/, '');
    const shown = cut ? `${text} [cut]` : text;
    held = [];
    heldBytes = 0;
    cut = false;
    inWindow += 1;
    if (inWindow > linesPerSecond) onDropped(1);
    else onLine(shown);
  }

  return {
    push(chunk) {
      openWindow();
      if (inWindow > linesPerSecond) return skip(chunk);
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        flush();
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
    },
    end() {
      if (heldBytes > 0) flush();
    },
  };
}
