import { drainMs, meshRowsPerSecond } from '../../placement/backlog.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { partNeeds, taskNeeds } from './task-needs.js';

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

const kinds = new WeakMap<JobDocument['options'], string>();

/** The same for jobs that as many machines can take, as fast: of one model, asking for the same. */
function kindOf(job: JobDocument): string {
  const known = kinds.get(job.options);
  if (known !== undefined) return known;
  const { failedOn: _failedOn, madeOn = new Set(), nodeId: _nodeId, ...needs } = partNeeds(job);
  const kind = JSON.stringify([job.app.bundle.sha256, needs, [...madeOn]]);
  kinds.set(job.options, kind);
  return kind;
}

function sumByKind(lines: Iterable<Line>): Map<string, Line> {
  const byKind = new Map<string, Line>();
  for (const { job, rows } of lines) {
    const kind = kindOf(job);
    byKind.set(kind, { job, rows: rows + (byKind.get(kind)?.rows ?? 0) });
  }
  return byKind;
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
  /** All of them, by kind. */
  let byKind = new Map<string, Line>();
  let linesAt = -Infinity;
  const speeds = new Map<string, { at: number; rowsPerSecond: number }>();

  function queued(): Line[] {
    if (now() - linesAt < rowsFreshMs) return lines;
    lines = [];
    for (const job of options.active()) {
      const rows = job.tasks.reduce((sum, task) => sum + (isQueued(task) ? (task.rows ?? 0) : 0), 0);
      if (rows > 0) lines.push({ job, rows });
    }
    byKind = sumByKind(lines);
    linesAt = now();
    return lines;
  }

  /** Whatever a single task asks for besides its runtime counts for itself, not for the mesh. */
  const anyTask = (job: JobDocument): TaskNeeds | null => {
    const [task] = job.tasks;
    return task === undefined ? null : { ...taskNeeds(job, task), nodeId: null, failedOn: new Set() };
  };

  function meshSpeed(job: JobDocument): number {
    const kind = kindOf(job);
    const known = speeds.get(kind);
    if (known !== undefined && now() - known.at < speedFreshMs) return known.rowsPerSecond;
    const needs = anyTask(job);
    const rowsPerSecond = needs === null ? 0 : meshRowsPerSecond(options.snapshot(job), needs);
    if (speeds.size > 1000) speeds.clear();
    speeds.set(kind, { at: now(), rowsPerSecond });
    return rowsPerSecond;
  }

  function drain(work: ReadonlyMap<string, Line>, taskRows: number, taskKind: string): number {
    return drainMs(
      [...work].map(([kind, { job, rows }]) => ({
        rows: Math.max(0, rows - (kind === taskKind ? taskRows : 0)),
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
      const work = task.shard === null ? byKind : sumByKind(upTo(lines, job.id, { including: true }));
      return drain(work, task.rows ?? 0, kindOf(job));
    },
    of: (job) => drain(sumByKind(queued().filter((line) => line.job.id === job.id)), 0, ''),
    before: (job) => drain(sumByKind(upTo(queued(), job.id, { including: false })), 0, ''),
  };
}
