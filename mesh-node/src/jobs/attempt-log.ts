import type { AttemptId, LogLine, LogMessage, Moving } from '@meshdeck/shared';

const everyMs = 250;
const maxLines = 500;
const maxLineLength = 4096;

/** An attempt's log on its way to the hub: collected, sent a few times a second, the oldest given up when nobody takes it. */
export interface AttemptLog {
  line: (stream: LogLine['stream'], text: string, moving?: Moving) => void;
  dropped: (lines: number) => void;
  /** Sends what is left. */
  end: () => Promise<void>;
}

export function createAttemptLog(options: {
  attemptId: AttemptId;
  send: (message: LogMessage) => Promise<boolean>;
  now?: () => number;
}): AttemptLog {
  const { attemptId, send, now = Date.now } = options;
  let lines: LogLine[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    timer = undefined;
    if (lines.length === 0 && dropped === 0) return;
    const gone = dropped;
    const batch =
      lines.length > 0
        ? lines
        : [
            {
              ts: now(),
              stream: 'agent' as const,
              text: `${gone} lines were left out: the app prints too fast.`,
            },
          ];
    lines = [];
    dropped = 0;
    if (await send({ attemptId, lines: batch, dropped: gone })) return;
    // Not sent: keep the newest for the next try.
    const together = [...batch, ...lines];
    lines = together.slice(-maxLines);
    dropped += gone + together.length - lines.length;
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      last = flush();
    }, everyMs);
  }

  return {
    line(stream, text, moving) {
      // Not yet sent, and over already.
      lines = lines.filter((line) => line.moving !== 'passing' || line.stream !== stream);
      lines.push({
        ...{ ts: now(), stream, text: text.slice(0, maxLineLength) },
        ...(moving !== undefined && { moving }),
      });
      if (lines.length > maxLines) {
        lines.shift();
        dropped += 1;
      }
      schedule();
    },
    dropped(count) {
      dropped += count;
      schedule();
    },
    async end() {
      clearTimeout(timer);
      await last;
      await flush();
      clearTimeout(timer);
    },
  };
}
