import type { JobReport, NodeId } from '@meshdeck/shared';
import type { Logger } from 'pino';

const againMs = 2_000;
/** Far more than machines have attempts; a bound for a disk that stays full. */
const mostKept = 10_000;

/** Takes reports, and takes those again that could not be: a full disk must not cost a machine's work. */
export interface ReportRetry {
  take(nodeId: NodeId, report: JobReport): Promise<void>;
  stop(): void;
}

/**
 * A machine says each thing once per connection. Of an attempt only the newest counts; progress comes again by itself,
 * and what a machine holds is soon no longer true.
 */
export function createReportRetry(options: {
  take: (nodeId: NodeId, report: JobReport) => Promise<void>;
  logger: Logger;
}): ReportRetry {
  const { logger } = options;
  const kept = new Map<string, { nodeId: NodeId; report: JobReport }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function again(): Promise<void> {
    for (const [key, { nodeId, report }] of [...kept]) {
      if (stopped) return;
      // A newer one of the same attempt may have come meanwhile.
      if (kept.get(key)?.report !== report) continue;
      await take(nodeId, report).catch(() => undefined);
    }
  }

  function later(): void {
    if (stopped || kept.size === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void again().finally(later);
    }, againMs);
  }

  async function take(nodeId: NodeId, report: JobReport): Promise<void> {
    if (report.type === 'holding' || report.type === 'progress') return options.take(nodeId, report);
    const key = `${nodeId} ${report.attemptId}`;
    try {
      await options.take(nodeId, report);
      kept.delete(key);
    } catch (error) {
      if (!kept.has(key))
        logger.warn({ node: nodeId, report: report.type }, 'report kept, to be taken later');
      if (kept.has(key) || kept.size < mostKept) kept.set(key, { nodeId, report });
      later();
      throw error;
    }
  }

  return {
    take,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
