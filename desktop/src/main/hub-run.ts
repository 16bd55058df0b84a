import { type HubExit, type HubProcess, type SpawnHub } from './hub-process.js';
import { type HubReady, parseHubLine } from './hub-ready.js';
import { createLineReader } from './line-reader.js';
import { createRecentLines } from './recent-lines.js';
import type { RestartPolicy } from './restart-policy.js';

/** How one run of the hub ended, told for people. */
export interface HubRunEnd {
  readonly reason: string;
  readonly lines: string[];
  /** Whether a restart can help; wrong usage (exit code 2) stays wrong. */
  readonly worthRetrying: boolean;
}

export interface HubRun {
  /** Asks the hub to stop, kills it after the policy's time, and resolves once it is gone. Never rejects. */
  stop(): Promise<void>;
}

const wrongUsageExitCode = 2;
const killGraceMs = 100;

/** One run of the hub, from spawn to exit: waits for its ready line, keeps its last words. `onEnd` comes once. */
export function startHubRun(parts: {
  spawnHub: SpawnHub;
  policy: RestartPolicy;
  onReady: (ready: HubReady) => void;
  onEnd: (end: HubRunEnd) => void;
}): HubRun {
  const { policy } = parts;
  const recent = createRecentLines({ lines: 20, lineLength: 400 });
  const stdout = createLineReader({ onLine: readLine });
  const stderr = createLineReader({ onLine: recent.push });
  const gone = deferred();
  let hub: HubProcess | undefined;
  let ended = false;
  let isReady = false;
  let complaint: string | undefined;
  let stopping: Promise<void> | undefined;

  const readyTimer = setTimeout(() => {
    giveUpOn(`The hub was not ready within ${Math.round(policy.readyTimeoutMs / 1000)} s.`);
  }, policy.readyTimeoutMs);

  function readLine(line: string): void {
    const parsed = parseHubLine(line);
    if (parsed.kind === 'noise' || isReady || ended || complaint !== undefined) return;
    if (parsed.kind === 'malformed') {
      giveUpOn(`The hub's ready line is not one this app understands (${parsed.reason}).`);
      return;
    }
    isReady = true;
    clearTimeout(readyTimer);
    parts.onReady(parsed.ready);
  }

  function giveUpOn(reason: string): void {
    complaint = reason;
    void stop();
  }

  function finish(exit: HubExit): void {
    if (ended) return;
    ended = true;
    clearTimeout(readyTimer);
    stderr.end();
    gone.resolve();
    parts.onEnd({
      reason: complaint ?? recent.lastError() ?? describeExit(exit),
      lines: recent.list(),
      worthRetrying: exit.code !== wrongUsageExitCode,
    });
  }

  function stop(): Promise<void> {
    stopping ??= (async () => {
      if (ended) return;
      hub?.askToStop();
      const killTimer = setTimeout(() => hub?.kill(), policy.stopTimeoutMs);
      // A process that even a kill does not end must not keep the app from quitting.
      const lostTimer = setTimeout(gone.resolve, policy.stopTimeoutMs + killGraceMs);
      await gone.promise;
      clearTimeout(killTimer);
      clearTimeout(lostTimer);
    })();
    return stopping;
  }

  try {
    hub = parts.spawnHub({ stdout: stdout.push, stderr: stderr.push, exited: finish });
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    queueMicrotask(() => finish({ code: null, signal: null, error: failure }));
  }
  return { stop };
}

function describeExit(exit: HubExit): string {
  if (exit.error !== undefined) return `The hub could not be started: ${exit.error.message}.`;
  if (exit.signal !== null) return `The hub was ended by ${exit.signal}.`;
  return `The hub ended with exit code ${exit.code ?? 'unknown'} and said nothing.`;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
