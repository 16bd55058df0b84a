import type { Decision } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';
import type { JobFolders } from '../store/job-folder.js';
import type { Dispatcher } from './dispatcher.js';

/** Every look at the mesh for a job: what is stored, and the newest that left it waiting. */
export interface JobDecisions {
  /** Oldest first, read as they are taken. */
  of(job: JobDocument): AsyncGenerator<Decision>;
  /** The newest, or those before the `before`th: as many as make a page. */
  page(job: JobDocument, before?: number): Promise<{ decisions: Decision[]; earlier: number }>;
}

/** Not that it began to wait, where it still does: what waits now comes in its place. */
const isCurrent = (waiting: Decision | undefined) => (decision: Decision) =>
  decision.outcome === 'placed' || decision.attempt !== waiting?.attempt;

export function createJobDecisions(options: {
  folders: Pick<JobFolders, 'decisions' | 'decisionPage'>;
  /** The newest look at a job that waits. */
  waiting: Dispatcher['waiting'];
}): JobDecisions {
  const { folders } = options;
  return {
    async *of({ id }) {
      const waiting = options.waiting(id);
      const wanted = isCurrent(waiting);
      for await (const decision of folders.decisions(id)) if (wanted(decision)) yield decision;
      if (waiting !== undefined) yield waiting;
    },

    async page({ id }, before) {
      const { decisions: stored, earlier } = await folders.decisionPage(id, before);
      // As it is after the reading: a job that was placed meanwhile waits no more.
      const waiting = options.waiting(id);
      const last = before === undefined && waiting !== undefined ? [waiting] : [];
      return { decisions: [...stored.filter(isCurrent(waiting)), ...last], earlier };
    },
  };
}
