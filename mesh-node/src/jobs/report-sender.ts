import type { Report } from '@meshdeck/shared';
import type { Attempt } from './attempt.js';
import type { Progress } from './progress.js';

/** What the hub hears of an attempt. Each gives false while the hub is away. */
export interface ReportSender {
  phase: (attempt: Attempt) => Promise<boolean>;
  progress: (attempt: Attempt, progress: Progress) => Promise<boolean>;
  /** How it stands: its outcome, or its phase and how far it is. */
  standing: (attempt: Attempt) => Promise<void>;
}

export function createReportSender(report: (report: Report) => Promise<boolean>): ReportSender {
  const stamp = ({ order }: Attempt) => ({ attemptId: order.attemptId, token: order.token, ts: Date.now() });
  const phase: ReportSender['phase'] = (attempt) =>
    report({ type: 'phase', ...stamp(attempt), phase: attempt.phase });
  const progress: ReportSender['progress'] = (attempt, next) =>
    report({ type: 'progress', ...stamp(attempt), ...next });

  return {
    phase,
    progress,
    async standing(attempt) {
      if (attempt.outcome !== undefined) {
        await report({ ...attempt.outcome, ...stamp(attempt) });
        return;
      }
      await phase(attempt);
      const last = attempt.progress();
      if (last !== undefined) await progress(attempt, last);
    },
  };
}

/** Longer than a small job takes: of such a one the hub hears its end and nothing before. */
const quietMs = 100;

/** Tells of phases, but not of those that have passed before `quietMs` is over. */
export function createPhaseReporter(tell: () => void): { push: () => void; stop: () => void } {
  let quiet = true;
  let timer: NodeJS.Timeout | undefined;
  return {
    push() {
      if (!quiet) return tell();
      timer ??= setTimeout(() => {
        quiet = false;
        tell();
      }, quietMs);
    },
    stop: () => clearTimeout(timer),
  };
}
