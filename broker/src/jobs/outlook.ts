import type { AttemptFacts } from '@meshdeck/shared';
import type { NodeState } from '../nodes/node-state.js';
import type { SpeedPrediction } from '../placement/snapshot.js';
import type { MachineIdentity, SpeedBook } from '../speeds/index.js';
import type { AttemptDocument, JobDocument } from './job-document.js';

/** What earlier runs tell of how long the next will take. */
export interface Outlook {
  predict(state: NodeState, bundleSha256: string): SpeedPrediction | null;
  /** Placement reckoned with this much other load when it sent the attempt out. */
  sentOut(attemptId: string, loadFactor: number | null): void;
  learn(job: JobDocument, attempt: AttemptDocument, facts: AttemptFacts): void;
}

/** Machines of one CPU model and as many cores run a model equally fast. */
function identityOf({ document }: NodeState): MachineIdentity {
  const { inventory, benchmark, slotsTotal } = document;
  return {
    nodeId: document.id,
    machineClass: inventory === null ? document.id : `${inventory.cpuModel} x ${inventory.coresLogical}`,
    eventsPerSecond: benchmark === null ? null : benchmark.eventsPerSecond / Math.max(1, slotsTotal),
  };
}

export function createOutlook(options: {
  speeds: SpeedBook;
  nodeState: (nodeId: string) => NodeState | undefined;
}): Outlook {
  const loadFactors = new Map<string, number>();
  return {
    predict: (state, bundleSha256) => options.speeds.predict({ ...identityOf(state), bundleSha256 }),
    sentOut(attemptId, loadFactor) {
      if (loadFactor !== null) loadFactors.set(attemptId, loadFactor);
    },
    learn(job, attempt, facts) {
      const state = options.nodeState(attempt.nodeId);
      const loadFactor = loadFactors.get(attempt.id);
      loadFactors.delete(attempt.id);
      if (state === undefined || facts.rows === null || facts.rows === 0) return;
      options.speeds.record({
        ...identityOf(state),
        bundleSha256: job.app.bundle.sha256,
        rows: facts.rows,
        runMs: facts.prepareMs + facts.runMs,
        ...(loadFactor !== undefined && { loadFactor }),
      });
    },
  };
}
