import type { Decision, RejectionCode } from './models/placement.js';

const words: Record<RejectionCode, string> = {
  'not-joined': 'not joined',
  lost: 'lost',
  cordoned: 'cordoned',
  draining: 'draining',
  'cloned-identity': 'with a cloned identity',
  'no-free-slot': 'busy',
  'score-zero': 'with a score of 0',
  'no-metrics': 'without metrics yet',
  'runtime-missing': 'without the software',
  'label-mismatch': 'without the labels',
  'memory-short': 'short of memory',
  'gpu-missing': 'without a GPU',
  'protection-short': 'with too little protection',
  'agent-too-old': 'with an agent that is too old',
  'not-the-asked-node': 'not the one it asked for',
  'failed-here-before': 'where it failed before',
  'made-the-result': 'that made the result',
};

/** `Of 1000 machines 12 could take it. Not taken: 980 busy, 8 cordoned.`; empty where the decision holds all of them. */
export function othersInWords({ machines, eligible, reasons, candidates }: Decision): string {
  if (machines === undefined || machines <= candidates.length) return '';
  const counts = Object.entries(reasons ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${count} ${words[code as RejectionCode]}`);
  const not = counts.length === 0 ? '' : ` Not taken: ${counts.join(', ')}.`;
  return `Of ${machines} machines ${eligible ?? 0} could take it.${not}`;
}
