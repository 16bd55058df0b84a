import type { HubReady } from './hub-ready.js';
import { type HubRun, type HubRunEnd, startHubRun } from './hub-run.js';
import type { SpawnHub } from './hub-process.js';
import type { HubStatus } from './hub-status.js';
import type { Log } from './log.js';
import { defaultRestartPolicy, restartDelayMs, type RestartPolicy } from './restart-policy.js';

export interface HubSupervisor {
  /** Starts the hub unless it runs; from `failed`, or while waiting to restart, it tries again at once. */
  start(): void;
  /** Stops the hub and whatever restart was due. Concurrent callers share one promise; it never rejects. */
  stop(): Promise<void>;
  status(): HubStatus;
  /** The ready line of the hub that serves now, with its sign-in link; undefined while none does. */
  ready(): HubReady | undefined;
  /** Calls back on every change; returns what ends that. */
  onStatus(listener: (status: HubStatus) => void): () => void;
}

/** Keeps one hub running: back-off between restarts, and a readable reason once restarting stops helping. */
export function createHubSupervisor(parts: {
  spawnHub: SpawnHub;
  log: Log;
  policy?: RestartPolicy;
}): HubSupervisor {
  const policy = parts.policy ?? defaultRestartPolicy;
  const listeners = new Set<(status: HubStatus) => void>();
  let status: HubStatus = { state: 'stopped' };
  let ready: HubReady | undefined;
  let run: HubRun | undefined;
  let failures = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;

  function become(next: HubStatus): void {
    status = next;
    for (const listener of [...listeners]) {
      try {
        listener(next);
      } catch (error) {
        parts.log.error({ err: error }, 'a listener of the hub status failed');
      }
    }
  }

  function launch(): void {
    clearTimeout(restartTimer);
    become({ state: 'starting' });
    run = startHubRun({ spawnHub: parts.spawnHub, policy, onReady, onEnd });
  }

  function onReady(line: HubReady): void {
    if (stopping !== undefined) return;
    ready = line;
    stableTimer = setTimeout(() => (failures = 0), policy.stableAfterMs);
    parts.log.info({ url: line.url }, 'hub ready');
    become({ state: 'ready', url: line.url, fingerprint: line.fingerprint });
  }

  function onEnd(end: HubRunEnd): void {
    clearTimeout(stableTimer);
    run = undefined;
    ready = undefined;
    if (stopping !== undefined) return;
    failures += 1;
    parts.log.warn({ reason: end.reason, failures }, 'hub ended');
    if (!end.worthRetrying || failures >= policy.failureLimit) {
      become({ state: 'failed', reason: end.reason, lines: end.lines });
      return;
    }
    const delayMs = restartDelayMs(policy, failures);
    restartTimer = setTimeout(launch, delayMs);
    become({ state: 'restarting', reason: end.reason, delayMs });
  }

  return {
    start() {
      if (stopping !== undefined || run !== undefined) return;
      failures = 0;
      launch();
    },
    stop() {
      stopping ??= (async () => {
        clearTimeout(restartTimer);
        become({ state: 'stopping' });
        await run?.stop();
        run = undefined;
        ready = undefined;
        clearTimeout(stableTimer);
        become({ state: 'stopped' });
        stopping = undefined;
      })();
      return stopping;
    },
    status: () => status,
    ready: () => ready,
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
