import { pathToFileURL } from 'node:url';

/** The message by which the shell asks for a clean stop: signals do not reach every system's processes. */
export const stopMessage = 'stop';

/** The parts of a utility process that hosting the hub needs; `process` has them all. */
export interface HostProcess {
  argv: string[];
  exitCode?: number | string | null | undefined;
  emit(signal: 'SIGTERM', name: 'SIGTERM'): boolean;
  exit(code?: number): unknown;
}

/**
 * Runs the hub's command line in this process as if Node had been called with it. Handlers of SIGTERM are what stops
 * a hub, so the stop message becomes that signal's event; a hub too young to have one is ended at once.
 *
 * @param parts.argv `[program, this file, hub script, ...arguments]`
 * @param parts.onMessage how to listen to the shell
 */
export async function hostHub(parts: {
  host: HostProcess;
  onMessage: (listener: (message: unknown) => void) => void;
  load: (address: string) => Promise<unknown>;
}): Promise<void> {
  const { host } = parts;
  const [program = 'meshdeck', , script = '', ...rest] = host.argv;
  host.argv = [program, script, ...rest];
  parts.onMessage((message) => {
    if (message === stopMessage && !host.emit('SIGTERM', 'SIGTERM')) host.exit(0);
  });
  await parts.load(pathToFileURL(script).href);
  // Loading ends when the hub serves or has failed. Plain Node would end by itself then; a utility process does not.
  if (typeof host.exitCode === 'number' && host.exitCode !== 0) host.exit(host.exitCode);
}
