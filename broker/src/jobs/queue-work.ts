import { drainMs, meshRowsPerSecond } from '../placement/drain.js';
import type { MachineSnapshot, TaskNeeds } from '../placement/snapshot.js';
import type { JobDocument, TaskDocument } from './job-document.js';
import { taskNeeds } from './task-needs.js';

/** The queue and what the mesh can do change little in this time. */
const rowsFreshMs = 50;
const speedFreshMs = 2000;

/** How long the mesh needs for what is queued. */
export interface QueueWork {
  /** For all but this task; of a split job, only for what comes before it and for the job itself. */
  besides(job: JobDocument, task: TaskDocument): number;
  /** For the queued parts of this job. */
  of(job: JobDocument): number;
  /** For the jobs before this one. */
  before(job: JobDocument): number;
}

interface Line {
  job: JobDocument;
  rows: number;
}

function sumByModel(lines: Iterable<Line>): Map<string, Line> {
  const byModel = new Map<string, Line>();
  for (const { job, rows } of lines) {
    const { sha256 } = job.app.bundle;
    byModel.set(sha256, { job, rows: rows + (byModel.get(sha256)?.rows ?? 0) });
  }
  return byModel;
}

const isQueued = ({ state }: TaskDocument) => state === 'queued';

export function createQueueWork(options: {
  /** Unfinished jobs, oldest first. */
  active: () => Iterable<JobDocument>;
  snapshot: (job: JobDocument) => MachineSnapshot[];
  now: () => number;
}): QueueWork {
  const { now } = options;
  let lines: Line[] = [];
  /** All of them, by model. */
  let byModel = new Map<string, Line>();
  let linesAt = -Infinity;
  const speeds = new Map<string, { at: number; rowsPerSecond: number }>();

  function queued(): Line[] {
    if (now() - linesAt < rowsFreshMs) return lines;
    lines = [];
    for (const job of options.active()) {
      const rows = job.tasks.reduce((sum, task) => sum + (isQueued(task) ? (task.rows ?? 0) : 0), 0);
      if (rows > 0) lines.push({ job, rows });
    }
    byModel = sumByModel(lines);
    linesAt = now();
    return lines;
  }

  /** Whatever a single task asks for besides its runtime counts for itself, not for the mesh. */
  const anyTask = (job: JobDocument): TaskNeeds | null => {
    const [task] = job.tasks;
    return task === undefined ? null : { ...taskNeeds(job, task), nodeId: null, failedOn: new Set() };
  };

  function meshSpeed(job: JobDocument): number {
    const { sha256 } = job.app.bundle;
    const known = speeds.get(sha256);
    if (known !== undefined && now() - known.at < speedFreshMs) return known.rowsPerSecond;
    const needs = anyTask(job);
    const rowsPerSecond = needs === null ? 0 : meshRowsPerSecond(options.snapshot(job), needs);
    if (speeds.size > 1000) speeds.clear();
    speeds.set(sha256, { at: now(), rowsPerSecond });
    return rowsPerSecond;
  }

  function drain(work: ReadonlyMap<string, Line>, taskRows: number, model: string): number {
    return drainMs(
      [...work].map(([sha256, { job, rows }]) => ({
        rows: Math.max(0, rows - (sha256 === model ? taskRows : 0)),
        meshRowsPerSecond: meshSpeed(job),
      })),
    );
  }

  function upTo(all: Line[], jobId: string, { including }: { including: boolean }): Line[] {
    const index = all.findIndex(({ job }) => job.id === jobId);
    return index < 0 ? all : all.slice(0, including ? index + 1 : index);
  }

  return {
    besides(job, task) {
      const lines = queued();
      const work = task.shard === null ? byModel : sumByModel(upTo(lines, job.id, { including: true }));
      return drain(work, task.rows ?? 0, job.app.bundle.sha256);
    },
    of: (job) => drain(sumByModel(queued().filter((line) => line.job.id === job.id)), 0, ''),
    before: (job) => drain(sumByModel(upTo(queued(), job.id, { including: false })), 0, ''),
  };
}
