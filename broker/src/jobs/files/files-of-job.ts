import { mostLeftOutExamples, type JobFile, type JobFiles } from '@meshdeck/shared';
import { isSplit, type JobDocument } from '../job-document.js';
import type { JobFileLists } from './file-lists.js';
import { mediaTypeOf } from './media-types.js';

const predictionsName = 'predictions.csv';
/** Of all parts of a job together; more would be built and sorted for every page. */
const mostJobFiles = 100_000;

const folderOf = (job: JobDocument, index: number): string => (isSplit(job) ? `part-${index + 1}/` : '');
const jobFile = (
  path: string,
  { sha256, bytes }: { sha256: string; bytes: number },
  isPartial: boolean,
): JobFile => ({ path, sha256, bytes, type: mediaTypeOf(path), isPartial });

/** One file of a job; undefined where it has none of this path. All are not put together for it: who fetches them asks for each. */
export async function fileOfJob(
  job: JobDocument,
  path: string,
  lists: Pick<JobFileLists, 'read'>,
): Promise<JobFile | undefined> {
  if (job.output !== null && path === predictionsName) return jobFile(path, job.output, false);
  for (const { index, files: kept } of job.tasks) {
    const folder = folderOf(job, index);
    if (kept === undefined || !path.startsWith(folder)) continue;
    const inside = path.slice(folder.length);
    const file = (await lists.read(kept.list)).files.find((each) => each.path === inside);
    if (file !== undefined) return jobFile(path, file, kept.isPartial);
  }
  return undefined;
}

/** Every file that counts of a job, by path; those of the parts of a split table in `part-1/`, `part-2/`, ... @throws MeshdeckError `not-found` */
export async function filesOfJob(job: JobDocument, lists: Pick<JobFileLists, 'read'>): Promise<JobFiles> {
  const files: JobFile[] = [];
  const leftOut: JobFiles['leftOut'] = { count: 0, examples: [] };
  for (const { index, files: kept } of job.tasks) {
    if (kept === undefined) continue;
    const folder = folderOf(job, index);
    const list = await lists.read(kept.list);
    const room = mostJobFiles - files.length;
    for (const file of list.files.slice(0, room))
      files.push(jobFile(`${folder}${file.path}`, file, kept.isPartial));
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
  if (job.output !== null) files.push(jobFile(predictionsName, job.output, false));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files,
    count: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    isPartial: files.some(({ isPartial }) => isPartial),
    leftOut: { count: leftOut.count, examples: leftOut.examples.slice(0, mostLeftOutExamples) },
  };
}
