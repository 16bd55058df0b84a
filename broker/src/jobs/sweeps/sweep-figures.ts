import { mostSweepFigures, ownValue, type Figure, type SweepFigure, type SweepView } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

type Figures = Readonly<Record<string, Figure>>;

/** What one job left in its `metrics.json`; nothing where it ran in parts. */
export function figuresOfJob({ tasks }: Pick<JobDocument, 'tasks'>): Figures {
  const [task] = tasks;
  return (tasks.length === 1 ? task?.files?.metrics?.figures : undefined) ?? {};
}

const isNumber = (figure: Figure | undefined): figure is number => typeof figure === 'number';

/** The figures of a sweep, and where each is least and greatest. A job that failed has no say in that: its figures may be half done. */
export function sweepFigures(
  jobs: readonly Pick<JobDocument, 'id' | 'state' | 'sweep' | 'tasks'>[],
  /** This one is among those that are shown. */
  wanted?: string,
): Pick<SweepView, 'figures' | 'figureCount'> {
  const names = new Set<string>();
  for (const job of jobs)
    for (const [name, figure] of Object.entries(figuresOfJob(job))) if (isNumber(figure)) names.add(name);
  const succeeded = jobs.filter(({ state }) => state === 'succeeded');
  const shown = [...names].slice(0, mostSweepFigures);
  if (wanted !== undefined && names.has(wanted) && !shown.includes(wanted)) shown.splice(-1, 1, wanted);
  const figures = shown.map((name): SweepFigure => {
    const values = succeeded
      .map((job) => ({
        ...{ jobId: job.id, number: job.sweep?.number ?? 0 },
        value: ownValue(figuresOfJob(job), name),
      }))
      .filter((one): one is typeof one & { value: number } => isNumber(one.value))
      .sort((a, b) => a.value - b.value || a.number - b.number);
    const [least] = values;
    // The first of several that are the greatest.
    const most = values.at(-1)?.value;
    const greatest = values.find(({ value }) => value === most);
    if (least === undefined || greatest === undefined || least.value === greatest.value)
      return { name, least: null, greatest: null };
    return { name, least, greatest };
  });
  return { figures, figureCount: names.size };
}
