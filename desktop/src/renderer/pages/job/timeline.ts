import type { AttemptView, JobView, NodeId } from '@meshdeck/shared';

export interface TimelinePart {
  kind: 'fetch' | 'prepare' | 'run' | 'deliver' | 'whole';
  words: string;
  from: number;
  to: number;
}

export interface TimelineRow {
  attempt: AttemptView;
  task: number;
  from: number;
  to: number;
  parts: TimelinePart[];
}

export interface Timeline {
  from: number;
  to: number;
  rows: TimelineRow[];
  ticks: number[];
}

const shownAtMost = 1000;

/** A job's attempts on one axis of time, unix ms, from its creation to its end or `now`. */
export function timelineOf(job: JobView, now: number): Timeline {
  const to = Math.max(job.finishedAt ?? now, job.createdAt + 100);
  const rows = job.tasks
    .flatMap((task) => task.attempts.map((attempt) => rowOf(attempt, task.index, to)))
    .sort((a, b) => a.from - b.from)
    .slice(0, shownAtMost);
  return { from: job.createdAt, to, rows, ticks: ticksBetween(to - job.createdAt) };
}

function rowOf(attempt: AttemptView, task: number, end: number): TimelineRow {
  const from = attempt.placedAt;
  const to = Math.max(from, attempt.finishedAt ?? end);
  const { facts } = attempt;
  if (facts === null) return { attempt, task, from, to, parts: [{ kind: 'whole', words: '', from, to }] };
  const steps = [
    { kind: 'fetch', words: 'fetching files', ms: facts.fetchMs },
    { kind: 'prepare', words: facts.warm ? 'preparing (warm)' : 'preparing', ms: facts.prepareMs },
    { kind: 'run', words: 'running', ms: facts.runMs },
    { kind: 'deliver', words: 'delivering the result', ms: facts.deliverMs },
  ] as const;
  // The machine's own clock measured the steps; they are laid end to end up to what the hub saw as the end.
  const measured = steps.reduce((sum, step) => sum + step.ms, 0);
  const scale = measured > to - from && measured > 0 ? (to - from) / measured : 1;
  let at = to - measured * scale;
  const parts = steps.map(({ kind, words, ms }) => {
    const part = { kind, words, from: at, to: at + ms * scale };
    at = part.to;
    return part;
  });
  return { attempt, task, from, to, parts };
}

/** Round steps after the beginning, ms: three to seven of them. */
export function ticksBetween(spanMs: number): number[] {
  const units = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000];
  const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 10_080].map(
    (count) => count * 60_000,
  );
  const step = [...units, ...minutes].find((one) => spanMs / one <= 7) ?? spanMs / 5;
  const ticks: number[] = [];
  for (let at = 0; at <= spanMs; at += step) ticks.push(at);
  return ticks;
}

/** One machine's attempts; each line of `lines` holds attempts that do not overlap. */
export interface TimelineLane {
  nodeId: NodeId;
  nodeName: string;
  lines: TimelineRow[][];
}

/** Rows by machine, in the order the machines came in, packed into as few lines as their overlaps allow. */
export function lanesOf(rows: readonly TimelineRow[]): TimelineLane[] {
  const lanes = new Map<string, TimelineLane>();
  for (const row of rows) {
    const { nodeId, nodeName } = row.attempt;
    const lane = lanes.get(nodeId) ?? { nodeId, nodeName, lines: [] };
    lanes.set(nodeId, lane);
    const line = lane.lines.find((one) => (one.at(-1)?.to ?? 0) <= row.from);
    if (line === undefined) lane.lines.push([row]);
    else line.push(row);
  }
  return [...lanes.values()];
}
