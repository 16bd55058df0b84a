import { MeshdeckError, toFailure, type Check, type CheckOrder, type Report } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Content } from '../cache/content.js';
import type { Runners } from '../runners/runner.js';
import { checkApp } from './check-app.js';

/** At a time; one of them has a process, beside those of the jobs, while others fetch their models. */
const mostAtWork = 4;
/** Whoever waits behind more than these would hear nothing in time. */
const mostWaiting = 16;
/** The hub waits less long; what is fetched until then is there for the next try. */
const limitMs = 60_000;

/** Dry runs that the hub asks for. They take no slot, and nothing of them is kept. */
export interface Checks {
  /** Answers with a report; one that comes when too many wait is refused at once. */
  take: (order: CheckOrder) => Promise<void>;
  stop: () => Promise<void>;
}

export function createChecks(options: {
  content: Pick<Content, 'file' | 'bundle'>;
  runners: Runners;
  report: (report: Report) => Promise<boolean>;
  logger: Logger;
}): Checks {
  const { content, runners, report, logger } = options;
  const stopping = new AbortController();
  const waiting: { order: CheckOrder; deadlineMs: number }[] = [];
  const atWork = new Set<Promise<void>>();

  const tell = (checkId: string, check: Check) =>
    report({ type: 'checked', checkId, check, ts: Date.now() }).then(() => undefined);

  async function work(order: CheckOrder, deadlineMs: number): Promise<void> {
    const leftMs = deadlineMs - Date.now();
    // Nobody waits for it any more.
    if (leftMs <= 0 || stopping.signal.aborted) return;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(leftMs)]);
    const check = await checkApp({ order, deadlineMs, content, runners, signal });
    if (!stopping.signal.aborted) await tell(order.checkId, check);
  }

  function fill(): void {
    while (atWork.size < mostAtWork) {
      const next = waiting.shift();
      if (next === undefined) return;
      const done = work(next.order, next.deadlineMs)
        .catch((error: unknown) => {
          logger.error({ checkId: next.order.checkId, error }, 'check failed inside the agent');
        })
        .finally(() => {
          atWork.delete(done);
          fill();
        });
      atWork.add(done);
    }
  }

  return {
    async take(order) {
      if (waiting.length >= mostWaiting) {
        const busy = new MeshdeckError(
          'node-refused',
          'This machine has too many dry runs to do. Try again.',
        );
        return tell(order.checkId, nothingRead(order, busy));
      }
      waiting.push({ order, deadlineMs: Date.now() + limitMs });
      fill();
    },
    async stop() {
      stopping.abort();
      waiting.length = 0;
      await Promise.all(atWork);
    },
  };
}

/** An answer that says nothing of the table. */
function nothingRead({ complete }: CheckOrder, error: unknown): Check {
  return {
    ok: false,
    reading: null,
    preview: null,
    failure: toFailure(error),
    lines: [],
    rows: 0,
    complete,
  };
}
