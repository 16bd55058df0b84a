import { fromFailure } from '@meshdeck/shared';
import type { ProcessPool } from './process-pool.js';
import type { RunnerChild } from './runner-child.js';
import type { OnnxRunResult, SmallResult, SmallRun } from './runner-messages.js';
import { cancelled, supervise, type WorkLimits } from './supervise.js';

/** Together they may take so long; what is not done then is run alone, within its own limits. */
const togetherMs = 2000;

/** Null where the result is larger than `keepBytes`. */
export type SmallOutcome = (OnnxRunResult & { table: Buffer }) | null;

export interface SmallRunRequest extends SmallRun {
  modelPath: string;
  limits: WorkLimits;
}

interface Waiting extends SmallRunRequest {
  resolve: (outcome: SmallOutcome) => void;
  reject: (error: unknown) => void;
  isAlone: boolean;
  isOver: boolean;
}

/** Small tables of one model, and who sees to them. */
interface Line {
  waiting: Waiting[];
  takers: number;
}

/**
 * Runs small tables: those of one model that wait for a process at the same time go to it in one message. Where that
 * ends badly for all of them (the process dies, or takes too long or too much), each that is not done is run alone,
 * so that only the one to blame fails.
 */
export function createSmallRuns({
  pool,
  maxProcesses,
  mostTogether,
  newKey,
}: {
  pool: ProcessPool;
  maxProcesses: number;
  /** Tables that go to a process in one message. */
  mostTogether: number;
  newKey: () => string;
}): (request: SmallRunRequest) => Promise<SmallOutcome> {
  const lines = new Map<string, Line>();

  /** Gives each run what came of it. @throws MeshdeckError what ended the process, where one did */
  async function send(child: RunnerChild, group: readonly Waiting[], limits: WorkLimits): Promise<void> {
    const [{ modelPath } = { modelPath: '' }] = group;
    const runs = group.map(({ table, keepBytes, outputLimitBytes, reading, form, origin }): SmallRun => ({
      table,
      keepBytes,
      outputLimitBytes,
      ...(reading !== undefined && { reading }),
      ...(form !== undefined && { form }),
      ...(origin !== undefined && { origin }),
    }));
    const onInterim: WorkLimits['onInterim'] = (report) => {
      if (report.type === 'progress') return limits.onInterim(report);
      for (const result of report.results) {
        const run = group[result.index];
        if (run !== undefined) settle(run, result);
      }
    };
    const request = { type: 'run-small', jobKey: newKey(), modelPath, runs } as const;
    const outcome = await supervise(child, request, { ...limits, onInterim });
    // A model that cannot be loaded is of no use to any of them.
    if (outcome.type === 'failed') for (const run of group) fail(run, fromFailure(outcome.failure));
    else pool.noteLoaded(child, modelPath);
  }

  async function runAlone(child: RunnerChild, run: Waiting): Promise<void> {
    run.isAlone = true;
    await send(child, [run], run.limits).catch((error: unknown) =>
      fail(run, pool.stopping.aborted ? cancelled() : error),
    );
  }

  async function runTogether(child: RunnerChild, group: readonly Waiting[], first: Waiting): Promise<void> {
    const timeoutMs = Math.min(first.limits.timeoutMs, togetherMs);
    const limits = { ...first.limits, signal: pool.stopping, timeoutMs, onInterim: () => undefined };
    await send(child, group, limits).catch(() => undefined);
  }

  /** One line's next tables to one process. */
  async function takeTurn(modelPath: string, line: Line): Promise<void> {
    let undone: Waiting[] = [];
    await pool.use(modelPath, pool.stopping, async (child) => {
      const group = line.waiting.splice(0, mostTogether).filter(({ isOver }) => !isOver);
      const [first] = group;
      if (first === undefined) return;
      if (group.length === 1) return runAlone(child, first);
      await runTogether(child, group, first);
      undone = group.filter(({ isOver }) => !isOver);
    });
    for (const run of undone) {
      await pool
        .use(modelPath, run.limits.signal, (child) => runAlone(child, run))
        .catch((error: unknown) => fail(run, error));
    }
  }

  async function see(modelPath: string, line: Line): Promise<void> {
    line.takers += 1;
    try {
      while (line.waiting.length > 0) await takeTurn(modelPath, line);
    } catch (error) {
      for (const run of line.waiting.splice(0)) fail(run, error);
    } finally {
      line.takers -= 1;
      if (line.takers === 0) lines.delete(modelPath);
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      const { modelPath, limits } = request;
      const line = lines.get(modelPath) ?? { waiting: [], takers: 0 };
      lines.set(modelPath, line);
      const over = () => limits.signal.removeEventListener('abort', leave);
      const run: Waiting = {
        ...request,
        resolve: (outcome) => (over(), resolve(outcome)),
        reject: (error) => (over(), reject(error as Error)),
        isAlone: false,
        isOver: false,
      };
      // A process that works on nothing else stops first; among others the rest is not waited for.
      function leave(): void {
        if (!run.isAlone) fail(run, cancelled());
      }
      limits.signal.addEventListener('abort', leave, { once: true });
      line.waiting.push(run);
      if (line.takers < maxProcesses) void see(modelPath, line);
    });
}

function settle(run: Waiting, result: SmallResult): void {
  if (run.isOver) return;
  if (result.type === 'failed') return fail(run, fromFailure(result.failure));
  run.isOver = true;
  if (result.type === 'too-large') return run.resolve(null);
  const { type: _type, index: _index, table, ...facts } = result;
  run.resolve({ ...facts, table: Buffer.from(table.buffer, table.byteOffset, table.byteLength) });
}

function fail(run: Waiting, error: unknown): void {
  if (run.isOver) return;
  run.isOver = true;
  run.reject(error);
}
