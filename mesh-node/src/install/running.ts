import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { OsServiceSpec, ServiceManager } from '../os-service/service-manager.js';
import { lockHolder } from '../storage/folder-lock.js';
import { readLiveState, type LiveState } from '../storage/live-state.js';
import { tellingFiles } from './file-sentence.js';

const stopWithinMs = 20_000;
const lookEveryMs = 100;

/** Looks until something is found or the time is over. */
export async function lookFor<T>(
  look: () => Promise<T | undefined>,
  withinMs: number,
): Promise<T | undefined> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() >= until) return found;
    await wait(lookEveryMs);
  }
}

/**
 * Ends the agent of this data folder, whoever started it; its jobs end with it.
 * @returns the process that was ended
 * @throws MeshdeckError `forbidden` where it is somebody else's
 */
export async function stopAgent(dataFolder: string): Promise<number | undefined> {
  const pid = await lockHolder(dataFolder);
  if (pid === undefined) return undefined;
  const isGone = async () => ((await lockHolder(dataFolder)) === pid ? undefined : true);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch (cause) {
      if ((await isGone()) === true) return pid;
      throw new MeshdeckError(
        'forbidden',
        `The agent (process ${pid}) is another user's and cannot be stopped from here. Do it as that user, or with sudo.`,
        { cause },
      );
    }
    if ((await lookFor(isGone, stopWithinMs)) === true) return pid;
  }
  throw new MeshdeckError('internal', `The agent (process ${pid}) does not end.`);
}

/** Starts it as a process of its own that outlives this one; its words go to `agent.log`. */
async function startDetached({ node, program, dataFolder }: OsServiceSpec): Promise<void> {
  const log = await tellingFiles(dataFolder, async () => openSync(join(dataFolder, 'agent.log'), 'a', 0o600));
  const { MESHDECK_JOIN: _, ...env } = process.env;
  const child = spawn(node, [program, '--data', dataFolder], {
    cwd: dataFolder,
    env,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}

/**
 * Starts the agent anew: by the service manager, or as a process of its own where there is none.
 * @returns the manager's remark, where it has one
 */
export async function restartAgent(
  spec: OsServiceSpec,
  manager: ServiceManager | undefined,
): Promise<string | undefined> {
  const isManaged = manager !== undefined && (await manager.status()).running;
  // What was started by hand holds the folder, and the service would not come up.
  if (!isManaged) await stopAgent(spec.dataFolder);
  if (manager !== undefined) return manager.install(spec);
  await startDetached(spec);
  return undefined;
}

/** The agent's words once it runs; undefined where it does not within the time. `notPid` is the process that was to end. */
export function untilRunning(
  dataFolder: string,
  withinMs: number,
  notPid?: number,
): Promise<LiveState | undefined> {
  return lookFor(async () => {
    const state = await readLiveState(dataFolder);
    return state !== undefined && state.pid !== notPid ? state : undefined;
  }, withinMs);
}

/** The agent's words once it is connected to its hub, or waits for a person there. */
export function untilJoined(dataFolder: string, withinMs: number): Promise<LiveState | undefined> {
  return lookFor(async () => {
    const state = await readLiveState(dataFolder);
    return state?.link === 'joined' || state?.link === 'pending' ? state : undefined;
  }, withinMs);
}
