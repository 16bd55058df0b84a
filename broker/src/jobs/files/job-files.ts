import { MeshdeckError, type FilePreview, type JobFile, type JobFiles } from '@meshdeck/shared';
import type { FileStore } from '../../files/types.js';
import type { FindJob } from '../store/find-job.js';
import type { JobFileLists } from './file-lists.js';
import { fileOfJob, filesOfJob } from './files-of-job.js';
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

export function createJobFiles(options: {
  find: FindJob;
  files: Pick<FileStore, 'open'>;
  lists: Pick<JobFileLists, 'read'>;
}): JobFilesApi {
  const { find, files: store, lists } = options;

  const jobFiles = async (id: string) => filesOfJob(await find(id), lists);

  async function jobFile(id: string, path: string): Promise<JobFile> {
    const file = await fileOfJob(await find(id), path, lists);
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
