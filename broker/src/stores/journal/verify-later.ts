import { setImmediate, setTimeout } from 'node:timers/promises';

/** Between two files, so that what people wait for comes first. */
const pauseMs = 1_000;
/** Checked without a pause: some ms. */
const stretchBytes = 4 * 1024 * 1024;

/**
 * Reads files whose index was believed, one after another, once the start is over: what the disk damaged since is told
 * although nobody asked for it.
 */
export function verifyLater<Damaged>(options: {
  segments: readonly number[];
  afterMs: number;
  /** Every record of a file; `damaged` is null where it is whole. */
  recordsOf: (segment: number) => AsyncIterable<{ bytes: number; damaged: Damaged | null }>;
  found: (segment: number, damaged: Damaged[]) => void;
}): { stop(): Promise<void> } {
  const { segments, recordsOf, found } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function verify(segment: number): Promise<void> {
    const damaged: Damaged[] = [];
    let stretch = 0;
    for await (const record of recordsOf(segment)) {
      if (record.damaged !== null) damaged.push(record.damaged);
      stretch += record.bytes;
      if (stretch < stretchBytes) continue;
      stretch = 0;
      await setImmediate(undefined, { signal });
    }
    if (damaged.length > 0) found(segment, damaged);
  }

  async function verifyAll(): Promise<void> {
    await setTimeout(options.afterMs, undefined, { signal, ref: false });
    for (const segment of segments) {
      // One that cannot be read is told when somebody needs it; the others are looked at all the same.
      await verify(segment).catch(() => undefined);
      await setTimeout(pauseMs, undefined, { signal, ref: false });
    }
  }

  const verifying = segments.length === 0 ? Promise.resolve() : verifyAll().catch(() => undefined);
  return {
    stop() {
      stopping.abort();
      return verifying;
    },
  };
}
