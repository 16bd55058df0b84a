import { finished } from 'node:stream/promises';
import type { utilityProcess } from 'electron';
import { stopMessage } from './hub-host.js';
import type { HubProcessEvents, SpawnHub } from './hub-process.js';

/** How long output may trail behind an exit before it is given up, so that the last words are not lost. */
const trailingOutputMs = 300;

/** Starts the hub in an Electron utility process: Electron's own Node, no second runtime to install. */
export function createUtilityHubSpawner(parts: {
  fork: typeof utilityProcess.fork;
  /** `hub-host-entry.js`, which loads `script`. */
  entry: string;
  script: string;
  args: readonly string[];
  killPid: (pid: number, signal: 'SIGKILL') => void;
}): SpawnHub {
  return (events: HubProcessEvents) => {
    const child = parts.fork(parts.entry, [parts.script, ...parts.args], {
      serviceName: 'Meshdeck hub',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (chunk: Buffer) => events.stdout(chunk));
    child.stderr?.on('data', (chunk: Buffer) => events.stderr(chunk));
    const output = [child.stdout, child.stderr].map((stream) =>
      // A stream that breaks has said all it will.
      stream === null ? Promise.resolve() : finished(stream, { writable: false }).catch(() => undefined),
    );
    child.once('exit', (code) => {
      const patience = new Promise<void>((resolve) => setTimeout(resolve, trailingOutputMs));
      void Promise.race([Promise.all(output), patience]).then(() => events.exited({ code, signal: null }));
    });
    return {
      askToStop: () => child.postMessage(stopMessage),
      kill: () => {
        // UtilityProcess.kill() asks politely and blocks this process while it waits (electron#45053).
        if (child.pid === undefined) {
          child.kill();
          return;
        }
        try {
          parts.killPid(child.pid, 'SIGKILL');
        } catch (error) {
          // It ended in the meantime, which is all that was wanted.
          if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
        }
      },
    };
  };
}
