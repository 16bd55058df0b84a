import { evidence, textEvidence } from '../cell-evidence.js';

/** What a cell looks like, as far as it tells names from values. `missing`: nothing, or what stands for it. */
export type CellKind = 'number' | 'date' | 'truth' | 'quantity' | 'text' | 'missing';

const plainNumber = /^-?\d+(?:\.\d+)?$/;
const placeholders = new Set(['-', '--', '—', '–', '?', '.', '..', '...', '*', '\\n', '#value!', '#div/0!']);
const numberBits = evidence.zeroOne | evidence.otherNumber;

export function cellKind(text: string): CellKind {
  if (plainNumber.test(text)) return 'number';
  const bits = textEvidence(text);
  if ((bits & evidence.missing) !== 0 || placeholders.has(text.trim().toLowerCase())) return 'missing';
  if ((bits & numberBits) !== 0) return 'number';
  if ((bits & evidence.date) !== 0) return 'date';
  if ((bits & evidence.truthWord) !== 0) return 'truth';
  return (bits & evidence.quantity) === 0 ? 'text' : 'quantity';
}
