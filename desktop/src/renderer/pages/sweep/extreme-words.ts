import { ownValue, type SweepFigure, type SweepRow } from '@meshdeck/shared';

/** Whether this job's figure is the least or the greatest of the sweep; several jobs may share that. */
export function extremeOf(
  { name, least, greatest }: SweepFigure,
  { state, figures }: Pick<SweepRow, 'state' | 'figures'>,
): 'least' | 'greatest' | null {
  if (least === null || greatest === null || state !== 'succeeded') return null;
  const value = ownValue(figures, name);
  if (value === least.value) return 'least';
  return value === greatest.value ? 'greatest' : null;
}
