import {
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
  repository: JobRepository;
  reportHandler: AttemptReportHandler;
  transport: JobTransport;
  runOrder: MakeRunOrder;
  isActive: (nodeId: NodeId) => boolean;
  now: () => number;
  logger: Logger;
}): LeaseMonitor {
  const { repository, reportHandler, transport, now, logger } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  let startedAt = now();
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

  async function nodeLost(nodeId: NodeId, nodeName: string, reason: LostReason): Promise<void> {
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
    const at = now();
    for (const { job, task, attempt } of openAttempts()) {
      const active = options.isActive(attempt.nodeId);
      const openSince = transport.openSince(attempt.nodeId);
      if (!active) {
        if (at - startedAt < comeBackMs || cameBack.has(attempt.nodeId)) continue;
        await abandon(job, attempt, {
          code: 'node-lost',
          message: `${attempt.nodeName} did not come back after the hub was restarted.`,
        });
      } else if (openSince === null) {
        // Orders and reports wait on their way: no machine is to blame for its silence.
        continue;
      } else if (attempt.phase === null && at - Math.max(attempt.placedAt, openSince) > unansweredMs) {
        await abandon(job, attempt, {
          code: 'node-refused',
          message: `${attempt.nodeName} did not answer the order.`,
        });
      } else if (
        attempt.phase === null &&
        at - Math.max(saidAt.get(attempt.id) ?? attempt.placedAt, openSince) > repeatOrderMs
      ) {
        saidAt.set(attempt.id, at);
        await transport.send(attempt.nodeId, await options.runOrder(job, task, attempt));
      } else if (
        attempt.startedAt !== null &&
        at - Math.max(attempt.startedAt + job.limits.timeSeconds * 1000, openSince) > overdueGraceMs
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
    for (const attemptId of saidAt.keys()) {
      const job = repository.find(parseAttemptId(attemptId).jobId);
      if (job === undefined || isFinal(job.state)) saidAt.delete(attemptId);
    }
  }

  return {
    nodeLost,
    nodeHolds,
    start() {
      startedAt = now();
      timer = setInterval(() => {
        check().catch((error: unknown) => logger.error({ error: String(error) }, 'lease monitor failed'));
      }, tickMs);
    },
    stop: () => clearInterval(timer),
  };
}
