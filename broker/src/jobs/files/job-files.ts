import {
  MeshdeckError,
  mostLeftOutExamples,
  type FilePreview,
  type JobFile,
  type JobFiles,
} from '@meshdeck/shared';
import type { FileStore } from '../../files/types.js';
import { isSplit, type JobDocument } from '../job-document.js';
import type { FindJob } from '../store/find-job.js';
import type { JobFileLists } from './file-lists.js';
import { mediaTypeOf } from './media-types.js';
import { previewOf } from './preview.js';

/** What a job's runs wrote. All throw `not-found`. */
export interface JobFilesApi {
  /** Every one, by path. */
  jobFiles(id: string): Promise<JobFiles>;
  jobFile(id: string, path: string): Promise<JobFile>;
  /** Its beginning, to look at. */
  preview(id: string, path: string): Promise<FilePreview>;
  openFile: FileStore['open'];
}

const predictionsName = 'predictions.csv';
/** Of all parts of a job together; more would be built and sorted for every page. */
const mostJobFiles = 100_000;

export function createJobFiles(options: {
  find: FindJob;
  files: Pick<FileStore, 'open'>;
  lists: Pick<JobFileLists, 'read'>;
}): JobFilesApi {
  const { find, files: store, lists } = options;

  async function filesOf(job: JobDocument): ReturnType<JobFilesApi['jobFiles']> {
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

  const jobFiles = async (id: string) => filesOf(await find(id));

  async function jobFile(id: string, path: string): Promise<JobFile> {
    const { files } = await jobFiles(id);
    const file = files.find((each) => each.path === path);
    if (file !== undefined) return file;
    throw new MeshdeckError(
      'not-found',
      `The job has no file ${path}. "meshdeck jobs files ${id}" lists those it has.`,
    );
  }

  return {
    jobFiles,
    jobFile,
    preview: async (id, path) => previewOf(await jobFile(id, path), store),
    openFile: (sha256, range) => store.open(sha256, range),
  };
}
