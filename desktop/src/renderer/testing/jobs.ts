import type { JobSummary, JobView } from '@meshdeck/shared';
import { jobs } from '../live/jobs.svelte.js';

const file = (name: string, bytes: number) => ({ name, bytes, sha256: 'a'.repeat(64) });

/** A job of Ada's that has ended well, but for what is said otherwise. */
export function job(name: string, over: Partial<JobSummary> = {}): JobSummary {
  return {
    id: `job-${name}`,
    name,
    owner: 'ada',
    ownerName: 'Ada Lovelace',
    state: 'succeeded',
    app: {
      name: 'iris',
      ref: 'lab/iris',
      title: 'Iris',
      version: '0123456789ab',
      runtime: 'onnx',
      bundle: file('iris.onnx', 2048),
    },
    input: file('iris.csv', 4096),
    output: file('predictions.csv', 1024),
    rows: 150,
    progress: 1,
    nodeId: 'id-of-lab-1',
    nodeName: 'lab-1',
    attempts: 1,
    shards: 1,
    createdAt: 1_000_000,
    startedAt: 1_001_000,
    finishedAt: 1_004_000,
    waitingFor: null,
    failure: null,
    ...over,
  };
}

export function jobView(name: string, over: Partial<JobView> = {}): JobView {
  return {
    ...job(name),
    options: { labels: {}, maxAttempts: 3, priority: 'normal' },
    limits: { timeSeconds: 3600, memoryBytes: 2 ** 31, outputBytes: 2 ** 30, graceSeconds: 10 },
    tasks: [],
    droppedReports: 0,
    duplicateReports: 0,
    lateReports: 0,
    reading: null,
    verifications: [],
    verdict: null,
    ...over,
  };
}

/** What the page knows of the jobs; all there are. */
export function knowJobs(...list: JobSummary[]): void {
  jobs.loaded = true;
  jobs.nextBefore = null;
  jobs.put(...list);
}
