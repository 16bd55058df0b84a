import type { Candidate, Decision } from '@meshdeck/shared';
import type { DispatchState } from '../../broker/src/jobs/dispatch/dispatch-state.js';
import { createPlainLook } from '../../broker/src/jobs/dispatch/plain-look.js';
import { planDispatch } from '../../broker/src/jobs/dispatch/plan-dispatch.js';
import { createMaxWait } from '../../broker/src/placement/max-wait.js';
import { paysSecondAttempt, slowness } from '../../broker/src/placement/stragglers.js';
import { minProgressForPace } from '../../broker/src/placement/told-progress.js';
import { backlogMs, meshRowsPerSecond } from '../../broker/src/placement/backlog.js';
import type { MachineSnapshot, TaskNeeds } from '../../broker/src/placement/snapshot.js';
import { createSpeedTable } from '../../broker/src/speeds/speed-table.js';
import { createEventQueue } from './event-queue.js';
import { createMachine, progressOf, type Attempt, type SimulatedMachine } from './machine.js';
import type { Policy } from './policies.js';
import { createRandom } from './random.js';
import type { JobSpec, Scenario } from './scenario.js';
import { identityOf, remainingOn, snapshotOf } from './snapshots.js';
import { teachHistory } from './history.js';
import { tasksOf, type ShardingOptions, type Task } from './tasks.js';

type Event =
  | { type: 'arrival'; index: number }
  | { type: 'look' }
  | {
      type: 'fetched' | 'ended';
      machine: SimulatedMachine;
      attempt: Attempt;
      version: number;
    }
  | { type: 'load'; machine: SimulatedMachine; share: number }
  | { type: 'lost' | 'back'; machine: SimulatedMachine };

/** One attempt as it went, for those who check the simulator. */
export interface Line {
  taskId: string;
  machineId: string;
  from: number;
  to: number;
  /** `superseded`: another attempt of the task was sooner. */
  how: 'done' | 'lost' | 'superseded';
}

export interface Outcome {
  makespanMs: number;
  meanCompletionMs: number;
  tasks: number;
  lines: Line[];
  /** |predicted / real - 1| of the runs, in order, transfers left out. */
  predictionErrors: number[];
  decisions: number;
}

/** While something waits the hub looks this often: a new heartbeat may have changed what it sees. */
const tickMs = 500;
/** Changes that come this close together share one look, as they do in the hub while it writes to disk. */
const lookMs = 20;

/** A job with what of it waits. */
interface WaitingJob {
  id: string;
  owner: string;
  ownerName: string;
  spec: JobSpec;
  tasks: readonly Task[];
}

const chosenOf = ({ candidates, chosenNodeId }: Decision) =>
  candidates.find(({ nodeId }) => nodeId === chosenNodeId);

const slotsIn = ({ machines }: Scenario) => machines.reduce((sum, { slots }) => sum + slots, 0);

/**
 * Runs a scenario under a policy on a fake clock. Each look is planned by the hub's own `planDispatch`: one at a time
 * whenever something changed, heartbeats up to 2 s old, speeds learned as runs end.
 */
export function simulate(
  scenario: Scenario,
  policy: Policy,
  sharding: ShardingOptions = { minRowsPerShard: 1, maxShards: 3 * slotsIn(scenario) },
): Outcome {
  const random = createRandom(scenario.seed + 1);
  const models = new Map(scenario.models.map((model) => [model.id, model]));
  const machines = scenario.machines.map(createMachine);
  const byId = new Map(machines.map((machine) => [machine.spec.id, machine]));
  for (const { spec, cached } of machines) {
    for (const { id, known } of scenario.models) if (known.includes(spec.id)) cached.add(id);
  }
  const events = createEventQueue<Event>();
  const speeds = createSpeedTable({});
  teachHistory(scenario, speeds, random);

  /** By job, in the order of their arrival; jobs that wait for nothing more stay as empty lists. */
  const queue = new Map<JobSpec, Task[]>();
  const tasks = new Map<string, Task>();
  const openTasks = new Map<string, number>();
  const rowsQueued = new Map<JobSpec, number>();
  const meshSpeeds = new Map<string, { at: number; speed: number }>();
  /** The open attempts of each task, and how fast each job's parts went so far. */
  const open = new Map<string, { machine: SimulatedMachine; attempt: Attempt }[]>();
  const paces = new Map<JobSpec, number[]>();
  const maxWait = createMaxWait();
  const lines: Line[] = [];
  const predictionErrors: number[] = [];
  let completionMs = 0;
  let lastEndMs = 0;
  let decisions = 0;
  let lookAt = Infinity;
  let helpedAt = -Infinity;

  scenario.jobs.forEach(({ at }, index) => events.plan(at, { type: 'arrival', index }));
  for (const machine of machines) {
    for (const { at, share } of machine.spec.loads) events.plan(at, { type: 'load', machine, share });
    for (const { at, backAt } of machine.spec.outages) {
      events.plan(at, { type: 'lost', machine });
      events.plan(backAt, { type: 'back', machine });
    }
  }

  /** After a change on a machine: everyone there ends at another time than was planned. */
  function replan(machine: SimulatedMachine, now: number): void {
    machine.changed(now);
    for (const attempt of machine.attempts.values()) {
      if (attempt.workMs === null) continue;
      attempt.version += 1;
      const { version } = attempt;
      events.plan(now + machine.endsInMs(attempt), { type: 'ended', machine, attempt, version });
    }
  }

  function needsOf(task: Task): TaskNeeds {
    return {
      labels: {},
      memoryBytes: 0,
      gpu: false,
      runtime: 'onnx',
      nodeId: null,
      failedOn: task.failedOn,
      rows: task.rows,
      bytes: task.bytes,
    };
  }

  const speedOn = (model: string, { spec }: SimulatedMachine) =>
    speeds.predict({ bundleSha256: model, ...identityOf(spec) });

  /** What has to come to a machine before the task can begin there. */
  const coldBytesOn = ({ cached }: SimulatedMachine, { bytes, job }: Task) =>
    bytes + (cached.has(job.model) ? 0 : (models.get(job.model)?.bytes ?? 0));

  /**
   * The machines at `now` with what concerns one task. What is known of a model's speed is asked once for all tasks of
   * one look: shards of a hundred sizes differ in their bytes alone.
   */
  function createView(snapshots: readonly MachineSnapshot[]): (task: Task) => readonly MachineSnapshot[] {
    const byModel = new Map<string, MachineSnapshot[]>();

    function withSpeeds(model: string): MachineSnapshot[] {
      const known = byModel.get(model);
      if (known !== undefined) return known;
      const seen: MachineSnapshot[] = [];
      for (const [index, machine] of machines.entries()) {
        const snapshot = snapshots[index];
        if (snapshot !== undefined) seen.push({ ...snapshot, prediction: speedOn(model, machine) });
      }
      byModel.set(model, seen);
      return seen;
    }

    return (task) => {
      const seen: MachineSnapshot[] = [];
      const known = withSpeeds(task.job.model);
      for (const [index, machine] of machines.entries()) {
        const snapshot = known[index];
        if (snapshot !== undefined) seen.push({ ...snapshot, coldBytes: coldBytesOn(machine, task) });
      }
      return seen;
    };
  }

  function start(task: Task, machine: SimulatedMachine, chosen: Candidate | undefined, now: number): void {
    const { spec } = machine;
    const model = models.get(task.job.model);
    const truth = model?.speeds[spec.id];
    if (model === undefined || truth === undefined)
      throw new Error(`${task.job.model} has no speed on ${spec.id}`);
    const prediction = chosen?.prediction ?? null;
    const noise = Math.exp(scenario.noise * random.normal());
    const runMs = noise * (truth.overheadMs + (1000 * task.rows) / truth.rowsPerSecond);
    // By what is there now: of two tasks that one look sent here, the first brings the model for both.
    const fetchMs = (1000 * coldBytesOn(machine, task)) / spec.bytesPerSecond;
    const { loadFactor = 1, overheadMs = 0, computeMs = 0 } = prediction ?? {};
    const attempt: Attempt = {
      taskId: task.id,
      workMs: null,
      totalMs: runMs,
      placedAt: now,
      begunAt: now + fetchMs,
      predictedMs: prediction?.finishMs ?? null,
      predictedRunMs: prediction === null ? null : loadFactor * (overheadMs + computeMs),
      loadFactor,
      version: 1,
    };
    machine.advance(now);
    machine.attempts.set(task.id, attempt);
    machine.changed(now);
    machine.cached.add(task.job.model);
    open.set(task.id, [...(open.get(task.id) ?? []), { machine, attempt }]);
    events.plan(now + fetchMs, { type: 'fetched', machine, attempt, version: 1 });
  }

  /** The attempt holds its slot no more. */
  function close(
    machine: SimulatedMachine,
    { taskId, placedAt }: Attempt,
    now: number,
    how: Line['how'],
  ): void {
    machine.attempts.delete(taskId);
    const left = (open.get(taskId) ?? []).filter((one) => one.machine !== machine);
    if (left.length === 0) open.delete(taskId);
    else open.set(taskId, left);
    lines.push({ taskId, machineId: machine.spec.id, from: placedAt, to: now, how });
  }

  /** As in the hub: a part that holds up its job runs a second time, where that should be sooner. */
  function helpStragglers(now: number): void {
    let snapshots: MachineSnapshot[] | null = null;
    for (const [taskId, attempts] of [...open]) {
      const task = tasks.get(taskId);
      const [only, ...more] = attempts;
      if (task === undefined || only === undefined || more.length > 0 || !task.job.sharded) continue;
      only.machine.advance(now);
      const part = {
        rows: task.rows,
        elapsedMs: now - only.attempt.placedAt,
        progress: progressOf(only.attempt),
        predictedMs: only.attempt.predictedMs,
      };
      const done = paces.get(task.job) ?? [];
      const queued = rowsQueued.get(task.job) ?? 0;
      snapshots ??= machines.map((machine) => snapshotOf(machine, now));
      const queuedMs =
        queued === 0
          ? null
          : backlogMs([{ rows: queued, meshRowsPerSecond: meshSpeed(snapshots, task.job.model, task, now) }]);
      const slow = slowness(part, {
        msPerRow: done[Math.floor(done.length / 2)] ?? null,
        queuedMs,
        isIdle: rowsQueued.size === 0,
      });
      if (slow === null) continue;
      const seen = createView(snapshots)(task);
      const needs = { ...needsOf(task), failedOn: new Set([...task.failedOn, only.machine.spec.id]) };
      const decision = policy(seen, needs, { at: now, task: task.index, attempt: 2 }, {});
      const machine = byId.get(decision.chosenNodeId ?? '');
      if (machine === undefined || !paysSecondAttempt(decision, needs, slow)) continue;
      start(task, machine, chosenOf(decision), now);
      snapshots[machines.indexOf(machine)] = snapshotOf(machine, now);
    }
  }

  /** What waits, in the hub's own form: the jobs in the order of their arrival. */
  function* inOrder(): Generator<WaitingJob> {
    for (const [spec, waiting] of queue) {
      if (waiting.length > 0) yield { id: spec.id, owner: '', ownerName: '', spec, tasks: waiting };
    }
  }

  function stateAt(now: number): DispatchState<WaitingJob, Task> {
    const snapshots = machines.map((machine) => snapshotOf(machine, now));
    const seenBy = createView(snapshots);
    const keyOf = ({ spec }: WaitingJob, { rows, failedOn }: Task) =>
      `${spec.model} ${rows} ${[...failedOn].join()}`;
    return {
      now,
      queue: inOrder(),
      tasksOf: ({ tasks: waiting }) => waiting,
      isDue: () => true,
      nextAttempt: () => 1,
      isPart: ({ job }) => job.sharded,
      keyOf,
      look: () =>
        createPlainLook<WaitingJob, Task>({
          needsOf: (_job, task) => needsOf(task),
          machinesKeyOf: (job, task) => `${keyOf(job, task)} ${task.bytes}`,
          machinesFor: (_job, task) => seenBy(task),
          remainingOn: (nodeId) => remainingOn(byId.get(nodeId), now),
          place(...turn) {
            decisions += 1;
            return policy(...turn);
          },
        }),
      backlogMs: (_job, task, placed) => waitingMsOf(snapshots, task, now, placed),
      mayWaitUntil: maxWait.until,
      underWay: () => [],
      runningLimit: () => null,
      reasonsDue: false,
      mayReason: () => false,
    };
  }

  function look(now: number): void {
    if (rowsQueued.size === 0) return;
    if (!machines.some(({ attempts, lost, spec }) => !lost && attempts.size < spec.slots)) return;
    const started = new Set<Task>();
    for (const step of planDispatch(stateAt(now))) {
      const { job, task } = step;
      if (step.kind === 'wait') {
        if (step.insteadOfMs !== null) maxWait.waits(job.id, now, step.insteadOfMs);
        continue;
      }
      const machine = byId.get(step.nodeId);
      if (machine === undefined) continue;
      started.add(task);
      countQueued(job.spec, -task.rows);
      maxWait.over(job.id);
      start(task, machine, chosenOf(step.decision), now);
    }
    for (const job of new Set([...started].map((task) => task.job))) {
      queue.set(job, queue.get(job)?.filter((task) => !started.has(task)) ?? []);
    }
  }

  /** What all machines together do of a model. It changes little within a heartbeat. */
  function meshSpeed(snapshots: readonly MachineSnapshot[], model: string, task: Task, now: number): number {
    const known = meshSpeeds.get(model);
    if (known !== undefined && now - known.at < 2000) return known.speed;
    const able = snapshots.map((snapshot, index) => {
      const machine = machines[index];
      return machine === undefined ? snapshot : { ...snapshot, prediction: speedOn(model, machine) };
    });
    const speed = meshRowsPerSecond(able, needsOf(task));
    meshSpeeds.set(model, { at: now, speed });
    return speed;
  }

  /** What the mesh needs for what else is queued: for a shard up to the end of its own job, else for all. */
  function waitingMsOf(
    snapshots: readonly MachineSnapshot[],
    task: Task,
    now: number,
    placed: ReadonlyMap<WaitingJob, number>,
  ): number {
    const rows = new Map<string, number>();
    const gone = new Map([...placed].map(([{ spec }, placedRows]) => [spec, placedRows]));
    for (const [job, queued] of rowsQueued) {
      rows.set(job.model, (rows.get(job.model) ?? 0) + queued - (gone.get(job) ?? 0));
      if (task.job.sharded && job === task.job) break;
    }
    rows.set(task.job.model, (rows.get(task.job.model) ?? 0) - task.rows);
    return backlogMs(
      [...rows].map(([model, left]) => ({
        rows: left,
        meshRowsPerSecond: meshSpeed(snapshots, model, task, now),
      })),
    );
  }

  function countQueued(job: JobSpec, rows: number): void {
    const left = (rowsQueued.get(job) ?? 0) + rows;
    if (left > 0) rowsQueued.set(job, left);
    else rowsQueued.delete(job);
  }

  function finish(machine: SimulatedMachine, attempt: Attempt, now: number): void {
    const task = tasks.get(attempt.taskId);
    if (task === undefined) throw new Error(`${attempt.taskId} is not there`);
    close(machine, attempt, now, 'done');
    replan(machine, now);
    for (const other of open.get(task.id) ?? []) {
      other.machine.advance(now);
      learnBeaten(task, other, now);
      close(other.machine, other.attempt, now, 'superseded');
      replan(other.machine, now);
    }
    const runMs = now - attempt.begunAt;
    if (attempt.predictedRunMs !== null) predictionErrors.push(Math.abs(attempt.predictedRunMs / runMs - 1));
    const learned = { rows: task.rows, runMs: runMs / attempt.loadFactor, at: now };
    speeds.record({ bundleSha256: task.job.model, ...identityOf(machine.spec), ...learned });
    const pace = [...(paces.get(task.job) ?? []), (now - attempt.placedAt) / task.rows];
    paces.set(
      task.job,
      pace.sort((a, b) => a - b),
    );
    const left = (openTasks.get(task.job.id) ?? 0) - 1;
    openTasks.set(task.job.id, left);
    if (left === 0) completionMs += now - task.job.at;
    lastEndMs = now;
  }

  /** What a superseded attempt got done tells its machine's speed as well: else only the quick ones would be known. */
  function learnBeaten(
    task: Task,
    { machine, attempt }: { machine: SimulatedMachine; attempt: Attempt },
    now: number,
  ): void {
    const rows = Math.floor(task.rows * progressOf(attempt));
    const runMs = (now - attempt.begunAt) / attempt.loadFactor;
    if (progressOf(attempt) < minProgressForPace) return;
    speeds.record({ bundleSha256: task.job.model, ...identityOf(machine.spec), rows, runMs, at: now });
  }

  function lose(machine: SimulatedMachine, now: number): void {
    machine.lost = true;
    const back: Task[] = [];
    for (const attempt of [...machine.attempts.values()]) {
      close(machine, attempt, now, 'lost');
      const task = tasks.get(attempt.taskId);
      if (task === undefined) continue;
      task.failedOn.add(machine.spec.id);
      if (open.has(task.id)) continue;
      countQueued(task.job, task.rows);
      back.push(task);
    }
    machine.changed(now);
    for (const task of back) queue.get(task.job)?.unshift(task);
  }

  /** Neither over nor planned anew since. */
  const isCurrent = ({ machine, attempt, version }: Extract<Event, { type: 'fetched' | 'ended' }>) =>
    machine.attempts.get(attempt.taskId) === attempt && attempt.version === version;

  /** True where the queue may look different now. */
  function take(event: Event, now: number): boolean {
    if (event.type === 'arrival') {
      const job = scenario.jobs[event.index];
      if (job === undefined) return false;
      const made = tasksOf(job, scenario, speeds, sharding);
      openTasks.set(job.id, made.length);
      countQueued(job, job.rows);
      for (const task of made) tasks.set(task.id, task);
      queue.set(job, made);
      return true;
    }
    if (event.type === 'look') {
      if (now >= lookAt) lookAt = Infinity;
      return false;
    }
    const { machine } = event;
    machine.advance(now);
    switch (event.type) {
      case 'fetched':
        if (!isCurrent(event)) return false;
        event.attempt.workMs = event.attempt.totalMs;
        replan(machine, now);
        return false;
      case 'ended':
        if (!isCurrent(event)) return false;
        finish(machine, event.attempt, now);
        return true;
      case 'load':
        machine.setLoad(event.share);
        replan(machine, now);
        return false;
      case 'lost':
        lose(machine, now);
        return true;
      case 'back':
        machine.lost = false;
        return true;
    }
  }

  let arrived = 0;
  for (let next = events.next(); next !== undefined; next = events.next()) {
    if (next.event.type === 'arrival') arrived += 1;
    const more = take(next.event, next.at);
    if (next.event.type === 'look') {
      if (next.at - helpedAt >= tickMs) {
        helpedAt = next.at;
        helpStragglers(next.at);
      }
      look(next.at);
    }
    if ((rowsQueued.size > 0 || open.size > 0) && (more ? lookAt - next.at > lookMs : lookAt === Infinity)) {
      lookAt = next.at + (more ? lookMs : tickMs);
      events.plan(lookAt, { type: 'look' });
    }
    if (arrived === scenario.jobs.length && [...openTasks.values()].every((n) => n === 0)) break;
  }
  return {
    makespanMs: lastEndMs,
    meanCompletionMs: completionMs / Math.max(1, scenario.jobs.length),
    tasks: tasks.size,
    lines,
    predictionErrors,
    decisions,
  };
}
