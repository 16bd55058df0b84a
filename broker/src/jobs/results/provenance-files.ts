import { mostProvenanceFiles, type Provenance } from '@meshdeck/shared';
import type { JobFileLists } from '../files/file-lists.js';
import { filesOfJob } from '../files/files-of-job.js';
import type { JobDocument } from '../job-document.js';

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/**
 * What a job's runs wrote besides its result, for its record; null where that is nothing. Where a list is not here, or is no
 * list any more, no file is named: how many there were and the hashes of the lists are known without it.
 */
export async function provenanceFiles(
  job: JobDocument,
  lists: Pick<JobFileLists, 'read'>,
): Promise<Provenance['files']> {
  const kept = job.tasks.flatMap(({ index, files }) => (files === undefined ? [] : [{ index, files }]));
  if (kept.length === 0) return null;
  const found = await filesOfJob({ ...job, output: null }, lists).catch(() => null);
  const count = sum(kept.map(({ files }) => files.files));
  // Beyond what is listed at once there are files that are kept.
  const unlisted = found === null ? 0 : count - found.count;
  return {
    ...{ count, bytes: sum(kept.map(({ files }) => files.bytes)) },
    named: (found?.files ?? [])
      .slice(0, mostProvenanceFiles)
      .map(({ path, bytes, sha256, isPartial }) => ({ path, bytes, sha256, isPartial })),
    lists: kept.map(({ index, files: { attemptId, list } }) => ({ task: index, attemptId, list })),
    leftOut: found === null ? 0 : Math.max(0, found.leftOut.count - unlisted),
  };
}
