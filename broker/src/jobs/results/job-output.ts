import { isFinal, MeshdeckError } from '@meshdeck/shared';
import type { FileStore } from '../../files/types.js';
import type { JobDocument } from '../job-document.js';

/** Where a result lies on disk, and the file name people should get. */
export interface JobOutput {
  path: string;
  name: string;
  bytes: number;
}

function withoutResult({ id, state }: JobDocument): string {
  if (state === 'succeeded')
    return `The app makes no predictions.csv. "meshdeck jobs files ${id}" lists what it made.`;
  return `The job has no result: it ${state === 'failed' ? 'failed' : 'was cancelled'}.`;
}

/** @throws MeshdeckError `conflict` while the job goes on, `not-found` where it ended without a result */
export async function outputOf(job: JobDocument, files: Pick<FileStore, 'locate'>): Promise<JobOutput> {
  if (job.output === null) {
    throw new MeshdeckError(
      isFinal(job.state) ? 'not-found' : 'conflict',
      isFinal(job.state) ? withoutResult(job) : 'The job is not finished yet.',
    );
  }
  const base = job.input.name.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  return {
    path: await files.locate(job.output.sha256),
    name: `${base}-predictions.csv`,
    bytes: job.output.bytes,
  };
}
