import type { Failure } from '@meshdeck/shared';
import { keysLike, type JournalDamage, type JournalPlace } from '../../stores/journal/index.js';

/** What is said of a job whose newest record the disk has lost. It is given up: to run what has ended again would be wrong. */
export const uncertainFailure: Failure = {
  code: 'internal',
  message:
    "The hub's newest record of this job is damaged or missing on its disk, so whether it had ended is not known. " +
    'It was not run again by itself. Run it again if its result is needed.',
};

/**
 * Which of the jobs that have not ended, as far as could be read, may have gone further in what could not: those with a
 * damaged record behind their newest whole one, and those whose newest is older than a file that is missing.
 */
export function uncertainJobs(
  unfinished: ReadonlyMap<string, JournalPlace>,
  { records, missingSegments }: JournalDamage,
  /** Of every stored job, ended or not. */
  ids: () => Iterable<string>,
): Set<string> {
  const uncertain = new Set<string>();
  for (const { at, key } of records) {
    for (const id of keysLike(key, ids())) {
      const place = unfinished.get(id);
      if (place !== undefined && isBefore(place, at)) uncertain.add(id);
    }
  }
  const lastMissing = Math.max(0, ...missingSegments);
  for (const [id, { segment }] of unfinished) if (segment < lastMissing) uncertain.add(id);
  return uncertain;
}

const isBefore = (a: JournalPlace, b: JournalPlace): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

export function uncertainWords(ids: readonly string[]): string {
  const named = ids.slice(0, 5).join(', ');
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : '';
  return (
    `${ids.length === 1 ? 'A job' : `${ids.length} jobs`} that may have ended in what is lost ${ids.length === 1 ? 'was' : 'were'} not run again but ` +
    `put among the dead letters (${named}${more}). Run again what is needed: meshdeck jobs dead rerun JOB.`
  );
}
