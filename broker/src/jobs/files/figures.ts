import type { RunFigures } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

/** What a run in one piece wrote into its `metrics.json`; none where there is no figure in it. */
export function figuresOf({ tasks, app, input, ...job }: JobDocument): RunFigures[] {
  const [task] = tasks;
  const figures = tasks.length === 1 ? task?.files?.metrics?.figures : undefined;
  if (figures === undefined || Object.keys(figures).length === 0) return [];
  const { id, name, ownerName, state, createdAt } = job;
  return [{ id, name, ownerName, state, createdAt, input: input.name, version: app.version, figures }];
}
