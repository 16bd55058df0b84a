import {
  formatBytes,
  formatNumber,
  type NodeId,
  type TableDifference,
  type Verification,
} from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

/** Machines whose attempts gave the job its result: id to name. */
export function makersOf(job: JobDocument): Map<NodeId, string> {
  const winners = job.tasks.flatMap((task) => task.attempts.filter(({ state }) => state === 'succeeded'));
  return new Map(winners.map(({ nodeId, nodeName }) => [nodeId, nodeName]));
}

const rowsWord = (count: number) => `${formatNumber(count)} ${count === 1 ? 'row' : 'rows'}`;
const quoted = (value: string | null) => (value === null ? 'nothing' : `"${value}"`);

/** Where two results part, in sentences. */
export function differenceWords(difference: TableDifference): string {
  const { rowsExpected, rowsFound, rowsDifferent, first, largestNumericDifference } = difference;
  if (first === null) {
    return `Different only in how it is written (quotes, line endings or empty lines): all values of the ${rowsWord(rowsExpected)} are the same.`;
  }
  const values = `${quoted(first.expected)} the first time and ${quoted(first.found)} now`;
  const column = first.columnName === null ? '' : ` (${first.columnName})`;
  const where =
    first.row === 0
      ? `Column ${first.column} of the header was ${values}.`
      : `The first is row ${formatNumber(first.row)}, column ${first.column}${column}: ${values}.`;
  const counted =
    rowsExpected === rowsFound
      ? `Different: ${formatNumber(rowsDifferent)} of ${rowsWord(rowsExpected)} ${rowsDifferent === 1 ? 'differs' : 'differ'}.`
      : `Different: ${rowsWord(rowsExpected)} the first time, ${formatNumber(rowsFound)} now.`;
  const distance =
    largestNumericDifference === null ? '' : ` Numbers differ by at most ${largestNumericDifference}.`;
  return `${counted} ${where}${distance}`;
}

function machineWords(names: readonly string[], elsewhere: boolean): string {
  const on = names.length > 3 ? `${names.length} machines` : names.join(', ');
  return elsewhere ? `on ${on}, which had no part in the first run` : `on ${on}`;
}

/**
 * What a second run says of the first. `compare` is asked only where the bytes differ, and answers null where the
 * results are no tables that could be laid side by side.
 */
export async function verdictOf(options: {
  original: JobDocument | null;
  run: JobDocument;
  compare: (expectedSha256: string, foundSha256: string) => Promise<TableDifference | null>;
  at: number;
}): Promise<Verification> {
  const { original, run, at } = options;
  const makers = makersOf(run);
  const first = original === null ? new Map<NodeId, string>() : makersOf(original);
  const expected = original?.output ?? null;
  const machines = [...makers.values()].sort();
  const base = {
    jobId: run.id,
    at,
    machines,
    elsewhere: makers.size > 0 && [...makers.keys()].every((id) => !first.has(id)),
    expectedSha256: expected?.sha256 ?? null,
    foundSha256: run.output?.sha256 ?? null,
    difference: null,
  };
  const failed = (summary: string): Verification => ({ ...base, outcome: 'failed', summary });
  if (run.state === 'cancelled') return failed('Not compared: the second run was cancelled.');
  if (run.output === null) {
    return failed(`Not compared: the second run gave no result. ${run.failure?.message ?? ''}`.trim());
  }
  if (expected === null) return failed('Not compared: the first job was removed meanwhile.');
  const where = machineWords(machines, base.elsewhere);
  if (expected.sha256 === run.output.sha256) {
    const bytes = `the same ${formatBytes(expected.bytes)}, byte for byte`;
    return { ...base, outcome: 'equal', summary: `Equal: the second run, ${where}, gave ${bytes}.` };
  }
  const difference = await options.compare(expected.sha256, run.output.sha256);
  const words =
    difference === null
      ? 'Different, and the two results cannot be laid side by side as tables.'
      : differenceWords(difference);
  return {
    ...base,
    outcome: 'different',
    summary: `${words} The second run was made ${where}.`,
    difference,
  };
}
