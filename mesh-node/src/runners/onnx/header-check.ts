import { MeshdeckError } from '@meshdeck/shared';
import { numberEvidence, textEvidence } from '@meshdeck/shared/csv';

/**
 * Refuses a first line of nothing but numbers: a table without a header would lose its first row and nobody would notice.
 * Columns counted 0, 1, 2... or (two at least) 1, 2, 3... are names all the same, as pandas gives them.
 *
 * @throws MeshdeckError csv-malformed
 */
export function refuseNumbersAsHeader(header: readonly string[]): void {
  if (!header.every((name) => (textEvidence(name) & numberEvidence) !== 0)) return;
  const first = Number(header[0]);
  const counted = header.every((name, at) => Number(name) === first + at);
  if (counted && (first === 0 || (first === 1 && header.length > 1))) return;
  throw new MeshdeckError(
    'csv-malformed',
    'The first line holds only numbers, so the table seems to have no header. Add a line of column names.',
  );
}
