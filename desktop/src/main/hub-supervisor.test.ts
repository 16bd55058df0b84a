import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HubProcessEvents } from './hub-process.js';
import type { HubStatus } from './hub-status.js';
import { createHubSupervisor } from './hub-supervisor.js';
import { silentLog } from './fixtures/silent-log.js';
import type { RestartPolicy } from './restart-policy.js';

const policy: RestartPolicy = {
  baseDelayMs: 500,
  maxDelayMs: 2_000,
  stableAfterMs: 30_000,
  failureLimit: 5,
  readyTimeoutMs: 10_000,
  stopTimeoutMs: 4_500,
};
const readyLine = `${JSON.stringify({
  event: 'ready',
  url: 'http://127.0.0.1:7420',
  tls: 'https://h:7421',
  mqtt: 'mqtts://h:8883',
  sensors: 'mqtt://h:1883',
  fingerprint: 'ab',
  uiLink: 'http://127.0.0.1:7420/login?link=one-time',
})}\n`;

/** A spawner whose processes do nothing by themselves; the test plays the hub. */
function fakeHub() {
  const runs: (HubProcessEvents & { asked: number; killed: number })[] = [];
  const supervisor = createHubSupervisor({
    log: silentLog,
    policy,
    spawnHub: (events) => {
      const run = { ...events, asked: 0, killed: 0 };
      runs.push(run);
      return { askToStop: () => void (run.asked += 1), kill: () => void (run.killed += 1) };
    },
  });
  const seen: HubStatus[] = [];
  supervisor.onStatus((status) => seen.push(status));
  const latest = () => {
    const run = runs.at(-1);
    if (run === undefined) throw new Error('no hub was started');
    return run;
  };
  return {
    supervisor,
    runs,
    seen,
    latest,
    serve: () => latest().stdout(Buffer.from(readyLine)),
    crash: (code = 1) => latest().exited({ code, signal: null }),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the hub supervisor', () => {
  it('is ready once the ready line came, and keeps the sign-in link out of the status', () => {
    const { supervisor, serve, seen } = fakeHub();
    supervisor.start();
    serve();
    expect(seen.map((status) => status.state)).toEqual(['starting', 'ready']);
    expect(JSON.stringify(supervisor.status())).not.toContain('one-time');
    expect(supervisor.ready()?.uiLink).toContain('link=one-time');
  });

  it('starts one hub however often it is asked to', () => {
    const { supervisor, runs } = fakeHub();
    supervisor.start();
    supervisor.start();
    expect(runs).toHaveLength(1);
  });

  it('waits twice as long after every failure, up to the cap', () => {
    const { supervisor, crash, seen } = fakeHub();
    supervisor.start();
    const delays: number[] = [];
    for (let failure = 1; failure < policy.failureLimit; failure += 1) {
      crash();
      const status = seen.at(-1);
      if (status?.state !== 'restarting') throw new Error('expected a restart');
      delays.push(status.delayMs);
      vi.advanceTimersByTime(status.delayMs);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 2_000]);
  });

  it('gives up after the limit of failures, and starts none by itself any more', () => {
    const { supervisor, crash, runs } = fakeHub();
    supervisor.start();
    for (let failure = 0; failure < policy.failureLimit; failure += 1) {
      crash();
      vi.advanceTimersByTime(policy.maxDelayMs);
    }
    expect(supervisor.status().state).toBe('failed');
    vi.advanceTimersByTime(3_600_000);
    expect(runs).toHaveLength(policy.failureLimit);
  });

  it('counts failures anew after the hub served for a stable time', () => {
    const { supervisor, crash, serve, seen } = fakeHub();
    supervisor.start();
    for (let failure = 0; failure < policy.failureLimit + 3; failure += 1) {
      serve();
      vi.advanceTimersByTime(policy.stableAfterMs);
      crash();
      expect(seen.at(-1)).toMatchObject({ state: 'restarting', delayMs: policy.baseDelayMs });
      vi.advanceTimersByTime(policy.baseDelayMs);
    }
    expect(supervisor.status().state).toBe('starting');
  });

  it('keeps counting when the hub serves but crashes before the stable time', () => {
    const { supervisor, crash, serve } = fakeHub();
    supervisor.start();
    for (let failure = 0; failure < policy.failureLimit; failure += 1) {
      serve();
      vi.advanceTimersByTime(policy.stableAfterMs - 1);
      crash();
      vi.advanceTimersByTime(policy.maxDelayMs);
    }
    expect(supervisor.status().state).toBe('failed');
  });

  it('gives up at once on wrong usage, which no restart mends', () => {
    const { supervisor, crash, latest } = fakeHub();
    supervisor.start();
    latest().stderr(Buffer.from("error: unknown option '--prot'\n"));
    crash(2);
    expect(supervisor.status()).toMatchObject({ state: 'failed', reason: "error: unknown option '--prot'" });
  });

  it('tries again from failed, with a fresh count', () => {
    const { supervisor, crash, serve } = fakeHub();
    supervisor.start();
    crash(2);
    supervisor.start();
    expect(supervisor.status().state).toBe('starting');
    serve();
    expect(supervisor.status().state).toBe('ready');
  });

  it('starts at once when asked while it waits, and the waiting start does not come on top', () => {
    const { supervisor, crash, runs } = fakeHub();
    supervisor.start();
    crash();
    supervisor.start();
    vi.advanceTimersByTime(policy.baseDelayMs * 2);
    expect(runs).toHaveLength(2);
  });

  it('replaces a hub that is not ready in time, asking first and then killing', () => {
    const { supervisor, latest, seen } = fakeHub();
    supervisor.start();
    vi.advanceTimersByTime(policy.readyTimeoutMs);
    expect(latest()).toMatchObject({ asked: 1, killed: 0 });
    vi.advanceTimersByTime(policy.stopTimeoutMs);
    expect(latest()).toMatchObject({ asked: 1, killed: 1 });
    latest().exited({ code: null, signal: 'SIGKILL' });
    expect(seen.at(-1)).toMatchObject({
      state: 'restarting',
      reason: 'The hub was not ready within 10 s.',
    });
  });

  it('stops cleanly, shares the stop between callers, and does not restart what it stopped', async () => {
    const { supervisor, serve, latest, runs } = fakeHub();
    supervisor.start();
    serve();
    const first = supervisor.stop();
    expect(supervisor.stop()).toBe(first);
    latest().exited({ code: 0, signal: null });
    await first;
    vi.advanceTimersByTime(3_600_000);
    expect(latest()).toMatchObject({ asked: 1, killed: 0 });
    expect(runs).toHaveLength(1);
    expect(supervisor.status().state).toBe('stopped');
    expect(supervisor.ready()).toBeUndefined();
  });

  it('resolves its stop within 5 s even when the process cannot be ended', async () => {
    const { supervisor, serve, latest } = fakeHub();
    supervisor.start();
    serve();
    const stopped = supervisor.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    await stopped;
    expect(latest()).toMatchObject({ asked: 1, killed: 1 });
  });

  it('cancels the restart that was due when it is stopped', async () => {
    const { supervisor, crash, runs } = fakeHub();
    supervisor.start();
    crash();
    await supervisor.stop();
    vi.advanceTimersByTime(3_600_000);
    expect(runs).toHaveLength(1);
  });

  it('goes on when one listener throws', () => {
    const { supervisor, serve } = fakeHub();
    const after = vi.fn();
    supervisor.onStatus(() => {
      throw new Error('broken listener');
    });
    supervisor.onStatus(after);
    supervisor.start();
    serve();
    expect(after).toHaveBeenCalledTimes(2);
  });

  it('tells nothing more to a listener that was disposed of', () => {
    const { supervisor, serve } = fakeHub();
    const listener = vi.fn();
    const dispose = supervisor.onStatus(listener);
    supervisor.start();
    dispose();
    serve();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('says what kept the hub from being spawned', async () => {
    const supervisor = createHubSupervisor({
      log: silentLog,
      policy: { ...policy, failureLimit: 1 },
      spawnHub: () => {
        throw new Error('too many open files');
      },
    });
    supervisor.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(supervisor.status()).toMatchObject({
      state: 'failed',
      reason: 'The hub could not be started: too many open files.',
    });
  });
});
