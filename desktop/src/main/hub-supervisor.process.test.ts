import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createChildHubSpawner } from './child-hub-process.js';
import { silentLog } from './fixtures/silent-log.js';
import type { HubStatus } from './hub-status.js';
import { createHubSupervisor, type HubSupervisor } from './hub-supervisor.js';
import { defaultRestartPolicy, type RestartPolicy } from './restart-policy.js';

const standIn = fileURLToPath(new URL('./fixtures/stand-in-hub.mjs', import.meta.url));

/** A supervisor over real processes that behave as `behaviour` says, and the diary they write. */
async function superviseReal(behaviour: string, policy: Partial<RestartPolicy> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-shell-'));
  const diary = join(folder, 'diary');
  const supervisor = createHubSupervisor({
    log: silentLog,
    policy: { ...defaultRestartPolicy, baseDelayMs: 10, maxDelayMs: 40, failureLimit: 3, ...policy },
    spawnHub: createChildHubSpawner({ command: [process.execPath, standIn, behaviour, diary] }),
  });
  onTestFinished(async () => {
    await supervisor.stop();
    await rm(folder, { recursive: true });
  });
  const entries = async (): Promise<{ word: string; pid: number }[]> =>
    (await readFile(diary, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([word = '', pid]) => ({ word, pid: Number(pid) }));
  return { supervisor, entries };
}

function untilState<State extends HubStatus['state']>(
  supervisor: HubSupervisor,
  state: State,
): Promise<Extract<HubStatus, { state: State }>> {
  return vi.waitFor(
    () => {
      const status = supervisor.status();
      expect(status.state).toBe(state);
      return status as Extract<HubStatus, { state: State }>;
    },
    { timeout: 15_000, interval: 10 },
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Windows knows no SIGTERM: a process that is asked to stop there by signal just ends. */
const itWithSignals = it.skipIf(process.platform === 'win32');

describe('a supervised hub process', () => {
  itWithSignals('serves, and ends cleanly when stopped', async () => {
    const { supervisor, entries } = await superviseReal('serve');
    supervisor.start();
    expect((await untilState(supervisor, 'ready')).url).toBe('http://127.0.0.1:7420');
    await supervisor.stop();
    const diary = await entries();
    expect(diary.map((entry) => entry.word)).toEqual(['started', 'stopped']);
    expect(isAlive(diary[0]?.pid ?? 0)).toBe(false);
  });

  it('is started again when it crashes, and given up with its own words and no secrets', async () => {
    const { supervisor, entries } = await superviseReal('crash');
    supervisor.start();
    const status = await untilState(supervisor, 'failed');
    expect(status.reason).toBe('The data folder belongs to a running hub.');
    expect(status.lines).toEqual(['opening stores', 'The data folder belongs to a running hub.']);
    expect(JSON.stringify(status)).not.toContain('s3cret');
    expect(await entries()).toHaveLength(3);
  });

  it('is started again when it is killed while it serves', async () => {
    const { supervisor, entries } = await superviseReal('serve');
    supervisor.start();
    await untilState(supervisor, 'ready');
    process.kill((await entries())[0]?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await entries()).toHaveLength(2), { timeout: 10_000 });
    await untilState(supervisor, 'ready');
  });

  it('is given up when it crashes right after every ready', async () => {
    const { supervisor } = await superviseReal('crash-after-ready');
    supervisor.start();
    expect((await untilState(supervisor, 'failed')).reason).toBe(
      'The hub ended with exit code 1 and said nothing.',
    );
  });

  it('is not started twice on wrong usage', async () => {
    const { supervisor, entries } = await superviseReal('wrong-usage');
    supervisor.start();
    expect((await untilState(supervisor, 'failed')).reason).toContain('--prot');
    expect(await entries()).toHaveLength(1);
  });

  it('is ended when it hangs before it is ready', async () => {
    const { supervisor, entries } = await superviseReal('hang', { readyTimeoutMs: 3_000, failureLimit: 1 });
    supervisor.start();
    expect((await untilState(supervisor, 'failed')).reason).toContain('was not ready within');
    expect(isAlive((await entries())[0]?.pid ?? 0)).toBe(false);
  });

  it('is found ready behind garbage and an endless line', async () => {
    const { supervisor } = await superviseReal('garbage');
    supervisor.start();
    await untilState(supervisor, 'ready');
  });

  it('is refused when its UI would be on another machine', async () => {
    const { supervisor } = await superviseReal('stranger', { failureLimit: 1 });
    supervisor.start();
    expect((await untilState(supervisor, 'failed')).reason).toContain(
      'must be an http address on this machine',
    );
  });

  itWithSignals('is killed when it ignores being asked, within 5 s', async () => {
    const { supervisor, entries } = await superviseReal('stubborn', { stopTimeoutMs: 200 });
    supervisor.start();
    await untilState(supervisor, 'ready');
    const startedAt = performance.now();
    await supervisor.stop();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const diary = await entries();
    expect(diary.map((entry) => entry.word)).toEqual(['started', 'ignored']);
    expect(isAlive(diary[0]?.pid ?? 0)).toBe(false);
  });

  it('says so when the program is not there', async () => {
    const supervisor = createHubSupervisor({
      log: silentLog,
      policy: { ...defaultRestartPolicy, failureLimit: 1 },
      spawnHub: createChildHubSpawner({ command: ['/nowhere/meshdeck'] }),
    });
    onTestFinished(() => supervisor.stop());
    supervisor.start();
    expect((await untilState(supervisor, 'failed')).reason).toContain('ENOENT');
  });
});
