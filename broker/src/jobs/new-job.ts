import { meshdeckVersion } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';
import { newJobId } from './job-id.js';

/** What somebody decides of a job; the rest is the same of every new one. */
type Asked = Pick<
  JobDocument,
  | 'name'
  | 'owner'
  | 'ownerName'
  | 'app'
  | 'entry'
  | 'arguments'
  | 'inputs'
  | 'source'
  | 'secrets'
  | 'input'
  | 'options'
  | 'limits'
  | 'needs'
  | 'makesPredictions'
  | 'takesPictures'
  | 'verifies'
  | 'madeOn'
>;

/** A job as it begins, whoever asks for it: queued, and without tasks until its table has been looked at. `at`: unix ms. */
export function newJob(asked: Asked, at: number): JobDocument {
  return {
    id: newJobId(),
    ...asked,
    state: 'queued',
    output: null,
    rows: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    failure: null,
    tasks: [],
    nextToken: 1,
    droppedReports: 0,
    hubVersion: meshdeckVersion,
  };
}
