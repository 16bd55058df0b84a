import { MeshdeckError } from '@meshdeck/shared';
import { watchMemory } from './process-memory.js';
import type { Interim, Outcome, RunnerChild, Work } from './runner-child.js';

/** How long a process may take to notice that its work is cancelled before it is killed. */
const cancelGraceMs = 1000;

export interface WorkLimits {
  timeoutMs: number;
  /** The time counts from when this settles; left out, from now. */
  clockFrom?: Promise<unknown> | undefined;
  /** Resident memory, in bytes. */
  memoryLimitBytes: number | undefined;
  signal: AbortSignal;
  onInterim: (report: Interim) => void;
}

/** Lets a child work within its limits, and kills it when it passes one. */
export async function supervise(child: RunnerChild, request: Work, limits: WorkLimits): Promise<Outcome> {
  const { timeoutMs, memoryLimitBytes, signal, onInterim } = limits;
  let verdict: MeshdeckError | undefined;
  const condemn = (reason: MeshdeckError): void => {
    verdict ??= reason;
    void child.kill();
  };
  let timeout: NodeJS.Timeout | undefined;
  let ended = false;
  const startClock = () => {
    if (!ended) timeout = setTimeout(() => condemn(tookTooLong(timeoutMs)), timeoutMs);
  };
  if (limits.clockFrom === undefined) startClock();
  else limits.clockFrom.then(startClock, startClock);
  let grace: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    child.cancel(request.jobKey);
    grace = setTimeout(() => condemn(cancelled()), cancelGraceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const unwatch =
    memoryLimitBytes === undefined || child.pid === undefined
      ? () => undefined
      : watchMemory({
          pid: child.pid,
          limitBytes: memoryLimitBytes,
          onExceeded: () => condemn(tookTooMuchMemory(memoryLimitBytes)),
        });
  try {
    return await child.work(request, onInterim);
  } catch (error) {
    if (verdict !== undefined) {
      await child.kill();
      throw verdict;
    }
    throw signal.aborted ? cancelled() : error;
  } finally {
    ended = true;
    clearTimeout(timeout);
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
    unwatch();
  }
}

export function cancelled(): MeshdeckError {
  return new MeshdeckError('cancelled', 'The run was cancelled.');
}

function tookTooLong(timeoutMs: number): MeshdeckError {
  return new MeshdeckError(
    'app-timeout',
    `The model did not finish within ${Math.max(1, Math.round(timeoutMs / 1000))} s. Raise the time limit or give it fewer rows.`,
  );
}

function tookTooMuchMemory(limitBytes: number): MeshdeckError {
  return new MeshdeckError(
    'app-memory-limit',
    `The model used more than its limit of ${Math.round(limitBytes / 1e6)} MB of memory. Raise the limit or use a smaller model.`,
  );
}
