import { MeshdeckError } from '@meshdeck/shared';
import type { JobBook } from './job-repository.js';
import type { JobDocument } from '../job-document.js';

/** Finds a job by its id or an unambiguous beginning of it. Throws MeshdeckError `not-found`. */
export type FindJob = (ref: string) => Promise<JobDocument>;

export function createFindJob(book: Pick<JobBook, 'get' | 'findByPrefix'>): FindJob {
  return async (ref) => {
    const exact = await book.get(ref);
    if (exact !== null) return exact;
    const matches = ref.length >= 2 ? await book.findByPrefix(ref) : [];
    if (matches.length === 1 && matches[0] !== undefined) return matches[0];
    throw new MeshdeckError(
      'not-found',
      matches.length > 1
        ? `More than one job begins with ${ref}. Give more of its id.`
        : `There is no job ${ref}. "meshdeck jobs list" shows those there are.`,
    );
  };
}
