import { type LogMessage, liveJobLogsSchema, topics } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { connection } from './connection.svelte.js';
import { createFrameQueue } from './frame-queue.js';
import { LogLines, type ShownLine, withoutKnown } from './log-lines.js';
import { onFrame, parseMessage } from './messages.js';

export const maxLogLines = 5000;

/** One job's log: what the hub kept, then live. */
export class JobLog {
  lines = $state.raw<readonly ShownLine[]>([]);
  loaded = $state(false);
  error = $state.raw<unknown>(null);

  readonly #jobId: string;
  readonly #log = new LogLines(maxLogLines);
  #meanwhile: LogMessage[] | null = null;

  constructor(jobId: string) {
    this.#jobId = jobId;
  }

  watch(): () => void {
    const queue = createFrameQueue<string>({
      capacity: 20,
      requestFrame: onFrame,
      deliver: (payloads) => this.#add(payloads),
      overflowed: (dropped) => {
        this.#log.note(
          `${dropped} messages came faster than this page can show; the whole log is kept by the hub`,
        );
        this.lines = [...this.#log.lines];
      },
    });
    const stop = connection.listen(topics.liveJobLogs(this.#jobId), {
      message: (payload) => queue.push(payload),
      subscribed: () => void this.load(),
    });
    if (connection.state !== 'online') void this.load();
    return () => {
      stop();
      queue.close();
    };
  }

  async load(): Promise<void> {
    if (this.#meanwhile !== null) return;
    this.#meanwhile = [];
    try {
      const stored = await api.jobLogs(this.#jobId);
      this.#log.clear();
      this.#log.add(stored);
      this.#log.add(withoutKnown(this.#meanwhile, stored));
      this.error = null;
      this.loaded = true;
      this.lines = [...this.#log.lines];
    } catch (error) {
      this.error = error;
    } finally {
      this.#meanwhile = null;
    }
  }

  #add(payloads: string[]): void {
    const parsed = payloads.map((payload) => parseMessage(liveJobLogsSchema, payload));
    const messages = parsed.filter((message) => message !== null);
    this.#meanwhile?.push(...messages);
    this.#log.add(messages);
    this.lines = [...this.#log.lines];
  }
}
