import { MeshdeckError, type Decision, type DecisionMachines } from '@meshdeck/shared';
import { tableOf, type DecisionTable, type RecordedDecision } from '../../placement/recorded-decision.js';
import type { JobDocument } from '../job-document.js';
import type { JobFolders } from '../store/job-folder.js';
import type { Moments } from '../store/moments.js';
import type { Dispatcher } from './dispatcher.js';

/** Every look at the mesh for a job: what is stored, and the newest that left it waiting. */
export interface JobDecisions {
  /** Oldest first with all of their machines, read as they are taken. */
  of(job: JobDocument): AsyncGenerator<Decision>;
  /** The newest, or those before the `before`th: as many as make a page. */
  page(job: JobDocument, before?: number): Promise<{ decisions: Decision[]; earlier: number }>;
  /** A page of the machines of the decision with this number. @throws MeshdeckError `not-found` */
  machines(
    job: JobDocument,
    number: number,
    page: { from: number; limit: number },
  ): Promise<DecisionMachines>;
}

/** Not that it began to wait, where it still does: what waits now comes in its place. */
const isCurrent = (waiting: Decision | undefined) => (decision: Decision) =>
  decision.outcome === 'placed' || decision.attempt !== waiting?.attempt;

/** As people see it. */
function shown({ again: _again, ...decision }: RecordedDecision): Decision {
  return decision;
}

export function createJobDecisions(options: {
  folders: Pick<JobFolders, 'decisions' | 'decisionPage' | 'decision' | 'nextDecision'>;
  moments: Pick<Moments, 'find'>;
  /** The newest look at a job that waits. */
  waiting: Dispatcher['waiting'];
}): JobDecisions {
  const { folders, moments } = options;

  /** Numbered as if it were the next that is stored. */
  function waitingNow({ id }: JobDocument): RecordedDecision | undefined {
    const waiting = options.waiting(id);
    return waiting && { ...waiting, number: folders.nextDecision(id) };
  }

  async function table(decision: RecordedDecision): Promise<DecisionTable> {
    const { again } = decision;
    return tableOf(decision, again === undefined ? undefined : await moments.find(again.moment));
  }

  async function whole(decision: RecordedDecision): Promise<Decision> {
    const { candidates } = await table(decision);
    const { machines, eligible: _eligible, reasons: _reasons, ...rest } = shown(decision);
    return machines === candidates.length ? { ...rest, candidates } : { ...shown(decision), candidates };
  }

  return {
    async *of(job) {
      const waiting = waitingNow(job);
      const wanted = isCurrent(waiting);
      for await (const decision of folders.decisions(job.id)) if (wanted(decision)) yield whole(decision);
      if (waiting !== undefined) yield whole(waiting);
    },

    async page(job, before) {
      const { decisions: stored, earlier } = await folders.decisionPage(job.id, before);
      // As it is after the reading: a job that was placed meanwhile waits no more.
      const waiting = waitingNow(job);
      const last = before === undefined && waiting !== undefined ? [waiting] : [];
      return { decisions: [...stored.filter(isCurrent(waiting)), ...last].map(shown), earlier };
    },

    async machines(job, number, { from, limit }) {
      const waiting = waitingNow(job);
      const decision = waiting?.number === number ? waiting : await folders.decision(job.id, number);
      if (decision === null) {
        throw new MeshdeckError(
          'not-found',
          `The job has no decision ${number}. Ask for its decisions again.`,
        );
      }
      const { candidates, othersAt } = await table(decision);
      return {
        at: decision.at,
        candidates: candidates.slice(from, from + limit),
        total: candidates.length,
        othersAt,
      };
    },
  };
}
