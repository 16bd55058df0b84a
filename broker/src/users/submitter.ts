import type { Reach } from '@meshdeck/shared';

/** Who submits a job; `reach` says whether they may use what is not theirs. */
export interface Submitter {
  id: string;
  name: string;
  reach: Reach;
}
