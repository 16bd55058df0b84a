import type { JobId, LogMessage } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { connection } from './connection.svelte.js';
import { createFrameQueue } from './frame-queue.js';
import { LogLines, type ShownLine, withoutKnown } from './log-lines.js';
import { liveTopic, onFrame } from './messages.js';

export const maxLogLines = 5000;
/** Pages that are fetched to fill the view; a page of long lines has few of them. */
const mostPages = 8;

/** The end of what the hub kept: as many lines as the view holds, and whether there were more before. */
async function storedEnd(jobId: JobId): Promise<{ messages: LogMessage[]; hasEarlier: boolean }> {
  let messages: LogMessage[] = [];
  let before: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { logs, previousCursor } = await api.jobs.logs({
      id: jobId,
      ...(before === undefined ? { tail: true } : { before }),
    });
    messages = [...logs, ...messages];
    if (previousCursor === null) return { messages, hasEarlier: false };
    before = previousCursor;
    if (messages.reduce((sum, { lines }) => sum + lines.length, 0) >= maxLogLines) break;
  }
  return { messages, hasEarlier: true };
}

/** One job's log: the end of what the hub kept, then live. */
export class JobLog {
  lines = $state.raw<readonly ShownLine[]>([]);
  loaded = $state(false);
  /** The hub has kept more before these lines. */
  hasEarlier = $state(false);
  error = $state.raw<unknown>(null);

  readonly #jobId: JobId;
  readonly #log = new LogLines(maxLogLines);
  #meanwhile: LogMessage[] | null = null;

  constructor(jobId: JobId) {
    this.#jobId = jobId;
  }

  watch(): () => void {
    const topic = liveTopic('live/jobs/{jobId}/logs', { jobId: this.#jobId });
    const queue = createFrameQueue<Uint8Array>({
      capacity: 20,
      requestFrame: onFrame,
      deliver: (payloads) => this.#add(topic.read(payloads)),
      overflowed: (dropped) => {
        this.#log.note(
          `${dropped} messages came faster than this page can show; the whole log is kept by the hub`,
        );
        this.lines = [...this.#log.lines];
      },
    });
    const stop = connection.listen(topic, {
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
      const { messages, hasEarlier } = await storedEnd(this.#jobId);
      this.#log.clear();
      this.#log.add(messages);
      this.#log.add(withoutKnown(this.#meanwhile, messages));
      this.hasEarlier = hasEarlier;
      this.error = null;
      this.loaded = true;
      this.lines = [...this.#log.lines];
    } catch (error) {
      this.error = error;
    } finally {
      this.#meanwhile = null;
    }
  }

  #add(messages: LogMessage[]): void {
    this.#meanwhile?.push(...messages);
    this.#log.add(messages);
    this.lines = [...this.#log.lines];
  }
}
