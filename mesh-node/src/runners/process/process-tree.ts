import { setTimeout as delay } from 'node:timers/promises';
import {
  commandOf,
  hasProc,
  listPids,
  readEnvironment,
  readStat,
  residentMemory,
  type ResidentMemory,
} from './proc.js';

/** Everything an app started, for as long as it lives, whatever it did to hide. */
export interface ProcessTree {
  /** Looks again; gives the memory all of it holds, or null where the system does not tell. */
  measure: () => ResidentMemory | null;
  /** Looks again; what is alive of it. */
  pids: () => number[];
  /** Asks the app itself (not the sandbox around it, nor what it started) to end; false where nobody can be asked. */
  terminate: () => boolean;
  /** Kills the last of them and resolves when none is left (or after 3 s, with what would not die). */
  kill: () => Promise<number[]>;
}

const isDead = (state: string | undefined) => state === undefined || state === 'Z' || state === 'X';

function send(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it was faster
  }
}

/**
 * Follows a process group leader and what it starts. On Linux a process belongs to it when its parent or its group does, or
 * when it was started with `marker` in its environment (a daemon that forked twice into its own session still carries it);
 * once a member, always one. Elsewhere it is the process group.
 */
export function followProcessTree({ root, marker }: { root: number; marker: string }): ProcessTree {
  const members = new Map<number, string>();
  const strangers = new Set<number>();

  function look(): void {
    const pids = listPids();
    const present = new Set(pids);
    for (const pid of members.keys()) if (!present.has(pid)) members.delete(pid);
    for (const pid of strangers) if (!present.has(pid)) strangers.delete(pid);
    for (const pid of pids) {
      if (members.has(pid) || strangers.has(pid)) continue;
      const stat = readStat(pid);
      if (stat === null) continue;
      const ours =
        pid === root ||
        stat.group === root ||
        members.has(stat.parent) ||
        readEnvironment(pid).includes(marker);
      if (ours) members.set(pid, stat.started);
      else strangers.add(pid);
    }
  }

  const living = (): number[] => {
    look();
    return [...members]
      .filter(([pid, started]) => {
        const stat = readStat(pid);
        return stat !== null && stat.started === started && !isDead(stat.state);
      })
      .map(([pid]) => pid);
  };

  function killGroup(): void {
    if (process.platform === 'win32') send(root);
    else send(-root);
  }

  /** The first process that is not the sandbox's own. */
  function appProcess(): number | null {
    if (!hasProc) return process.platform === 'win32' ? null : root;
    const pids = living();
    let pid: number | undefined = root;
    while (pid !== undefined && commandOf(pid) === 'bwrap') {
      const parent: number = pid;
      pid = pids.find((each) => readStat(each)?.parent === parent);
    }
    return pid ?? null;
  }

  return {
    terminate() {
      const pid = appProcess();
      if (pid === null) return false;
      try {
        return process.kill(pid, 'SIGTERM');
      } catch {
        return false; // it was faster
      }
    },
    measure() {
      if (!hasProc) return null;
      const each = living().map(residentMemory);
      return {
        bytes: each.reduce((sum, { bytes }) => sum + bytes, 0),
        sharedBytes: each.reduce((sum, { sharedBytes }) => sum + sharedBytes, 0),
      };
    },
    pids: () => (hasProc ? living() : []),
    async kill() {
      // What was a stranger may have become ours by exec: look at everyone afresh.
      strangers.clear();
      killGroup();
      if (!hasProc) return [];
      const deadline = Date.now() + 3000;
      for (;;) {
        const left = living();
        if (left.length === 0 || Date.now() > deadline) return left;
        left.forEach(send);
        await delay(10);
      }
    },
  };
}

/** Kills what an earlier agent left running; `mine` says of an environment whether it is ours. */
export function killOrphans(mine: (environment: string[]) => boolean): number {
  if (!hasProc) return 0;
  const orphans = listPids().filter((pid) => pid !== process.pid && mine(readEnvironment(pid)));
  orphans.forEach(send);
  return orphans.length;
}
