import { mostLeftOutExamples, type JobFile, type JobFiles } from '@meshdeck/shared';
import { isSplit, type JobDocument } from '../job-document.js';
import type { JobFileLists } from './file-lists.js';
import { mediaTypeOf } from './media-types.js';

const predictionsName = 'predictions.csv';
/** Of all parts of a job together; more would be built and sorted for every page. */
const mostJobFiles = 100_000;

/** Every file that counts of a job, by path; those of the parts of a split table in `part-1/`, `part-2/`, ... @throws MeshdeckError `not-found` */
export async function filesOfJob(job: JobDocument, lists: Pick<JobFileLists, 'read'>): Promise<JobFiles> {
  const files: JobFile[] = [];
  const leftOut: JobFiles['leftOut'] = { count: 0, examples: [] };
  const add = (path: string, { sha256, bytes }: { sha256: string; bytes: number }, isPartial: boolean) =>
    files.push({ path, sha256, bytes, type: mediaTypeOf(path), isPartial });
  for (const { index, files: kept } of job.tasks) {
    if (kept === undefined) continue;
    const folder = isSplit(job) ? `part-${index + 1}/` : '';
    const list = await lists.read(kept.list);
    const room = mostJobFiles - files.length;
    for (const file of list.files.slice(0, room)) add(`${folder}${file.path}`, file, kept.isPartial);
    if (list.files.length > room) {
      leftOut.count += list.files.length - room;
      leftOut.examples.push({ name: folder, why: 'too-many' });
      break;
    }
    leftOut.count += list.leftOut.count;
    leftOut.examples.push(
      ...list.leftOut.examples.map((each) => ({ ...each, name: `${folder}${each.name}` })),
    );
  }
  if (job.output !== null) add(predictionsName, job.output, false);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files,
    count: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    isPartial: files.some(({ isPartial }) => isPartial),
    leftOut: { count: leftOut.count, examples: leftOut.examples.slice(0, mostLeftOutExamples) },
  };
}
