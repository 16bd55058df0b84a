/** How a hub process ended. `error` is set when it could not be started at all. */
export interface HubExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
}

/** What a process tells its owner. `exited` comes exactly once, after all output. */
export interface HubProcessEvents {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
  exited(exit: HubExit): void;
}

/** A running hub, whatever started it: Electron's utility process in the app, a child process in plain Node. */
export interface HubProcess {
  /** Asks for a clean stop, as SIGTERM does. */
  askToStop(): void;
  /** Ends the process at once. */
  kill(): void;
}

export type SpawnHub = (events: HubProcessEvents) => HubProcess;
