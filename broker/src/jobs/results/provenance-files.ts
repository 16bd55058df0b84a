import { mostProvenanceFiles, type Provenance } from '@meshdeck/shared';
import type { JobFileLists } from '../files/file-lists.js';
import { filesOfJob } from '../files/files-of-job.js';
import type { JobDocument } from '../job-document.js';

/** What a job's runs wrote besides its result, for its record; null where that is nothing. @throws MeshdeckError `not-found` */
export async function provenanceFiles(
  job: JobDocument,
  lists: Pick<JobFileLists, 'read'>,
): Promise<Provenance['files']> {
  const kept = job.tasks.flatMap(({ index, files }) => (files === undefined ? [] : [{ index, files }]));
  if (kept.length === 0) return null;
  const { files, count, bytes, leftOut } = await filesOfJob({ ...job, output: null }, lists);
  return {
    ...{ count, bytes },
    named: files.slice(0, mostProvenanceFiles).map(({ path, bytes, sha256, isPartial }) => ({
      ...{ path, bytes, sha256, isPartial },
    })),
    lists: kept.map(({ index, files: { attemptId, list } }) => ({ task: index, attemptId, list })),
    leftOut: leftOut.count,
  };
}
