import type { ModelOutput } from '../model-outputs.js';

/** What the graph tells of an output's rows: apart, `none` at all, lost for good, or still to be found by running. */
export function rowsOfOutput({
  tensors,
  lineage,
}: ModelOutput): 'apart' | 'none' | 'mixed' | 'counted' | 'open' {
  const states = tensors.map(({ rows }) => rows);
  for (const why of ['counted', 'mixed'] as const) {
    if (states.some((state) => state?.kind === 'lost' && state.why === why)) return why;
  }
  if (states.every((state) => state?.kind === 'rows')) return 'apart';
  const none = states.every(
    (state) => state === undefined || state.kind === 'same' || state.kind === 'counts',
  );
  return none && lineage.inputs.size === 0 ? 'none' : 'open';
}
