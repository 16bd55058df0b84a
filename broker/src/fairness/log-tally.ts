import type { Logger } from 'pino';

/** What strangers can cause is told at once the first time, and then in sums: a log must not grow by what they send. */
export interface LogTally {
  /** `kind` and `about` name what it is about; of those that are alike only the first is told in `everyMs`. */
  note(kind: string, about: string, facts: Readonly<Record<string, unknown>>): void;
  stop(): void;
}

const usualMs = 10_000;
/** Different ones within one interval; the rest is told as one sum. */
const mostKinds = 100;

export function createLogTally(logger: Logger, { everyMs = usualMs }: { everyMs?: number } = {}): LogTally {
  const counts = new Map<string, { kind: string; facts: Readonly<Record<string, unknown>>; more: number }>();
  let others = 0;
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    timer = undefined;
    for (const { kind, facts, more } of counts.values()) {
      if (more > 0) logger.warn({ ...facts, times: more }, kind);
    }
    if (others > 0) logger.warn({ times: others }, 'more of the kind, from many');
    counts.clear();
    others = 0;
  }

  return {
    note(kind, about, facts) {
      timer ??= setTimeout(tell, everyMs).unref();
      const key = `${kind} ${about}`;
      const known = counts.get(key);
      if (known !== undefined) {
        known.more += 1;
        return;
      }
      if (counts.size >= mostKinds) {
        others += 1;
        return;
      }
      counts.set(key, { kind, facts, more: 0 });
      logger.warn(facts, kind);
    },
    stop() {
      clearTimeout(timer);
      tell();
    },
  };
}
