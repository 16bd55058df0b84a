import type { JobId } from '@meshdeck/shared';
import { backlogMs, meshRowsPerSecond } from '../../placement/backlog.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { partNeeds, taskNeeds } from './task-needs.js';

/** The queue and what the mesh can do change little in this time. */
const rowsFreshMs = 50;
const speedFreshMs = 2000;

/** How long the mesh needs for what is queued. */
export interface Backlog {
  /**
   * For all but this task; of a split job, only for what comes before it and for the job itself. `placedRows`, by job, are
   * queued still and have their machine already: they do not count.
   */
  besides(job: JobDocument, task: TaskDocument, placedRows?: ReadonlyMap<JobDocument, number>): number;
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
  const { failedOn: _failedOn, producedBy = new Set(), nodeId: _nodeId, ...needs } = partNeeds(job);
  const kind = JSON.stringify([job.app.bundle.sha256, needs, [...producedBy]]);
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

export function createBacklog(options: {
  /** Unfinished jobs, oldest first. */
  active: () => Iterable<JobDocument>;
  snapshot: (job: JobDocument) => MachineSnapshot[];
  now: () => number;
}): Backlog {
  const { now } = options;
  let lines: Line[] = [];
  /** All of them, by kind. */
  let byKind = new Map<string, Line>();
  let queuedIds = new Set<JobId>();
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
    queuedIds = new Set(lines.map(({ job }) => job.id));
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

  /** `without`: rows by kind that do not count. */
  function drain(work: ReadonlyMap<string, Line>, without?: ReadonlyMap<string, Line>): number {
    return backlogMs(
      [...work].map(([kind, { job, rows }]) => ({
        rows: Math.max(0, rows - (without?.get(kind)?.rows ?? 0)),
        meshRowsPerSecond: meshSpeed(job),
      })),
    );
  }

  function upTo(all: Line[], jobId: JobId, { including }: { including: boolean }): Line[] {
    const index = all.findIndex(({ job }) => job.id === jobId);
    return index < 0 ? all : all.slice(0, including ? index + 1 : index);
  }

  return {
    besides(job, task, placedRows) {
      const lines = queued();
      const some = task.shard === null ? null : upTo(lines, job.id, { including: true });
      const ids = some === null ? queuedIds : new Set(some.map((line) => line.job.id));
      const gone: Line[] = [{ job, rows: task.rows ?? 0 }];
      // What came and was placed since the lines were drawn is not in them.
      for (const [other, rows] of placedRows ?? []) if (ids.has(other.id)) gone.push({ job: other, rows });
      return drain(some === null ? byKind : sumByKind(some), sumByKind(gone));
    },
    of: (job) => drain(sumByKind(queued().filter((line) => line.job.id === job.id))),
    before: (job) => drain(sumByKind(upTo(queued(), job.id, { including: false }))),
  };
}
