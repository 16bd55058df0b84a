import {
  formatDuration,
  isFinal,
  parseAttemptId,
  type AttemptId,
  type Failure,
  type JobReport,
  type NodeId,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { LostReason } from '../../nodes/node-state.js';
import type { JobRepository } from '../store/job-repository.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import { createAwakeClock, type AwakeTimes } from './awake-clock.js';
import { openAttempts as openOf } from './job-state-machine.js';
import type { MakeRunOrder } from '../dispatch/run-orders.js';
import type { AttemptReportHandler } from './attempt-reports.js';
import type { JobTransport } from '../../transport/job-transport.js';

/** After a hub restart a machine has this long to come back with what it holds. */
const comeBackMs = 10_000;
/** An order nobody answered is said again after this long, */
const repeatOrderMs = 5_000;
/** and given up after this. */
const unansweredMs = 30_000;
/** The machine itself stops an attempt at its time limit; the hub waits this much longer before it gives up. */
const overdueGraceMs = 60_000;
const tickMs = 1_000;

type Holding = Extract<JobReport, { type: 'holding' }>;

const lostWords: Record<LostReason, string> = {
  stopped: 'its agent was stopped',
  'connection-lost': 'its connection ended',
  silent: 'it fell silent',
};

/** Keeps an eye on every open attempt: machines that vanish, orders that go unanswered, limits that pass. */
export interface LeaseMonitor {
  nodeLost(nodeId: NodeId, nodeName: string, reason: LostReason): Promise<void>;
  nodeHolds(nodeId: NodeId, holding: Holding): Promise<void>;
  start(): void;
  stop(): void;
}

export function createLeaseMonitor(options: {
  repository: Pick<JobRepository, 'underWay' | 'find'>;
  reportHandler: Pick<AttemptReportHandler, 'abandon'>;
  transport: Pick<JobTransport, 'send' | 'openSince'>;
  runOrder: MakeRunOrder;
  isActive: (nodeId: NodeId) => boolean;
  /** What tells time in place of the computer's clock, which may be set. */
  times?: AwakeTimes;
  logger: Logger;
}): LeaseMonitor {
  const { repository, reportHandler, transport, logger } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  const awake = createAwakeClock(options.times);
  const now = awake.now;
  /** When machines had the chance to be heard again, and why they had not before. */
  let resumed = { at: now(), isPause: false, why: 'the hub was restarted' };
  /** When this watch first saw each attempt, and first saw it run: their own times are the clock's. */
  const seen = new Map<AttemptId, { placedAt: number; startedAt: number | null }>();
  const routes = new Map<NodeId, { since: number; seenAt: number }>();
  const cameBack = new Set<NodeId>();
  const saidAt = new Map<AttemptId, number>();

  function openAttempts(
    nodeId?: NodeId,
  ): { job: JobDocument; task: TaskDocument; attempt: AttemptDocument }[] {
    return repository.underWay().flatMap((job) =>
      job.tasks.flatMap((task) =>
        openOf(task)
          .filter((attempt) => nodeId === undefined || attempt.nodeId === nodeId)
          .map((attempt) => ({ job, task, attempt })),
      ),
    );
  }

  const abandon = (job: JobDocument, attempt: AttemptDocument, failure: Failure) =>
    reportHandler.abandon(job.id, attempt.id, attempt.token, failure);

  /** Time in which the hub itself stood still is nobody's silence: machines may come back as after a restart. */
  function look(): void {
    const { stoodStillMs } = awake.tick();
    if (stoodStillMs === 0) return;
    resumed = {
      at: now(),
      isPause: true,
      why: `the hub itself had stood still for ${formatDuration(stoodStillMs)} (its computer slept or was too busy, or its process was stopped)`,
    };
    cameBack.clear();
    logger.warn({ stoodStillMs: Math.round(stoodStillMs) }, 'the hub stood still');
  }

  function seenTimes(attempt: AttemptDocument): { placedAt: number; startedAt: number | null } {
    const known = seen.get(attempt.id) ?? { placedAt: now(), startedAt: null };
    if (attempt.startedAt !== null) known.startedAt ??= now();
    seen.set(attempt.id, known);
    return known;
  }

  /** Since when orders and reports reach this machine, as this watch saw it; null while they wait on their way. */
  function routeSince(nodeId: NodeId): number | null {
    const since = transport.openSince(nodeId);
    if (since === null) return null;
    const known = routes.get(nodeId);
    if (known?.since === since) return known.seenAt;
    const seenAt = since === 0 ? 0 : now();
    routes.set(nodeId, { since, seenAt });
    return seenAt;
  }

  async function nodeLost(nodeId: NodeId, nodeName: string, reason: LostReason): Promise<void> {
    look();
    if (reason !== 'stopped' && resumed.isPause && now() - resumed.at < comeBackMs) {
      cameBack.delete(nodeId);
      return;
    }
    const message = `${nodeName} was lost while it had the job: ${lostWords[reason]}.`;
    const lost = openAttempts(nodeId);
    await Promise.all(lost.map(({ job, attempt }) => abandon(job, attempt, { code: 'node-lost', message })));
  }

  async function nodeHolds(nodeId: NodeId, { attempts }: Holding): Promise<void> {
    cameBack.add(nodeId);
    const held = new Set(attempts.map(({ attemptId, token }) => `${attemptId}/${token}`));
    const open = openAttempts(nodeId);
    for (const { job, task, attempt } of open) {
      if (held.has(`${attempt.id}/${attempt.token}`)) continue;
      if (attempt.phase === null) {
        saidAt.set(attempt.id, now());
        await transport.send(nodeId, await options.runOrder(job, task, attempt));
      } else {
        await abandon(job, attempt, {
          code: 'node-lost',
          message: `${attempt.nodeName} came back without the attempt: its agent was restarted.`,
        });
      }
    }
    const wanted = new Set(open.map(({ attempt }) => `${attempt.id}/${attempt.token}`));
    for (const { attemptId, token } of attempts) {
      if (wanted.has(`${attemptId}/${token}`)) continue;
      await transport.send(nodeId, {
        type: 'cancel',
        attemptId,
        reason: 'The hub no longer wants this attempt.',
      });
      await transport.send(nodeId, { type: 'forget', attemptId });
    }
  }

  async function check(): Promise<void> {
    look();
    const at = now();
    for (const { job, task, attempt } of openAttempts()) {
      const active = options.isActive(attempt.nodeId);
      const openSince = routeSince(attempt.nodeId);
      const { placedAt, startedAt } = seenTimes(attempt);
      if (!active) {
        if (at - resumed.at < comeBackMs || cameBack.has(attempt.nodeId)) continue;
        await abandon(job, attempt, {
          code: 'node-lost',
          message: `${attempt.nodeName} did not come back after ${resumed.why}.`,
        });
      } else if (openSince === null) {
        // Orders and reports wait on their way: no machine is to blame for its silence.
        continue;
      } else if (attempt.phase === null && at - Math.max(placedAt, openSince) > unansweredMs) {
        await abandon(job, attempt, {
          code: 'node-refused',
          message: `${attempt.nodeName} did not answer the order.`,
        });
      } else if (
        attempt.phase === null &&
        at - Math.max(saidAt.get(attempt.id) ?? placedAt, openSince) > repeatOrderMs
      ) {
        saidAt.set(attempt.id, at);
        await transport.send(attempt.nodeId, await options.runOrder(job, task, attempt));
      } else if (
        startedAt !== null &&
        at - Math.max(startedAt + job.limits.timeSeconds * 1000, openSince) > overdueGraceMs
      ) {
        await transport.send(attempt.nodeId, {
          type: 'cancel',
          attemptId: attempt.id,
          reason: 'The time limit has passed.',
        });
        await abandon(job, attempt, {
          code: 'node-refused',
          message: `${attempt.nodeName} did not end the attempt at its time limit.`,
        });
      }
    }
    const open = new Set(openAttempts().map(({ attempt }) => attempt.id));
    for (const attemptId of seen.keys()) if (!open.has(attemptId)) seen.delete(attemptId);
    for (const attemptId of saidAt.keys()) {
      const job = repository.find(parseAttemptId(attemptId).jobId);
      if (job === undefined || isFinal(job.state)) saidAt.delete(attemptId);
    }
  }

  return {
    nodeLost,
    nodeHolds,
    start() {
      look();
      resumed = { at: now(), isPause: false, why: 'the hub was restarted' };
      timer = setInterval(() => {
        check().catch((error: unknown) => logger.error({ error: String(error) }, 'lease monitor failed'));
      }, tickMs);
    },
    stop: () => clearInterval(timer),
  };
}
