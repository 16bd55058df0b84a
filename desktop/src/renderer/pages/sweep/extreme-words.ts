import type { SweepFigure, SweepRow } from '@meshdeck/shared';

/** Whether this job's figure is the least or the greatest of the sweep; several jobs may share that. */
export function extremeOf(
  { name, least, greatest }: SweepFigure,
  { state, figures }: Pick<SweepRow, 'state' | 'figures'>,
): 'least' | 'greatest' | null {
  if (least === null || greatest === null || state !== 'succeeded' || !Object.hasOwn(figures, name))
    return null;
  if (figures[name] === least.value) return 'least';
  return figures[name] === greatest.value ? 'greatest' : null;
}
