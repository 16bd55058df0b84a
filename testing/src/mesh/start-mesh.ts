import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubReady } from '@meshdeck/shared';
import { startProgram, type Program } from '../programs/index.js';
import { root } from '../checkout/index.js';

/** A hub that serves: where, in which folder, the token of its computer, and the environment for commands beside it. */
export interface RunningHub extends Program {
  dataDir: string;
  ready: HubReady;
  token: string;
  env: Record<string, string>;
}

export interface StartOptions {
  dataDir: string;
  flags?: string[];
  /** What to put before the program: `ip netns exec NAME`. */
  before?: string[];
  env?: Record<string, string>;
  onOutput?: (text: string) => void;
}

export const hubScript = join(root, 'broker/bin/meshdeck.mjs');
export const agentScript = join(root, 'mesh-node/bin/meshdeck-node.mjs');

/** A free port for each of the hub's doors. */
export const freePortFlags = ['--port', '--tls-port', '--mqtt-port', '--sensor-port', '--https-port'].flatMap(
  (flag) => [flag, '0'],
);

/** Seen on loopback alone: what demo, tests and benchmarks run with. */
export const privateHubFlags = [...freePortFlags, ...['--interface', '127.0.0.1', '--lan-host', '127.0.0.1']];

/** A hub of its own, serving. */
export async function startHub({
  dataDir,
  flags = privateHubFlags,
  before = [],
  env = {},
  onOutput,
}: StartOptions): Promise<RunningHub> {
  const [command = process.execPath, ...args] = [
    ...before,
    process.execPath,
    hubScript,
    'hub',
    '--data',
    dataDir,
    ...flags,
  ];
  const program = startProgram({ name: 'the hub', command, args, env, ...(onOutput && { onOutput }) });
  const ready = (await program.event('ready')) as unknown as HubReady;
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  return { ...program, dataDir, ready, token, env: { MESHDECK_DATA: dataDir } };
}

/** An agent of its own. It is waited for by its events: `waiting`, `joined`. */
export function startAgent({
  dataDir,
  flags = ['--interface', '127.0.0.1'],
  before = [],
  env = {},
  onOutput,
}: StartOptions): Program {
  const [command = process.execPath, ...args] = [
    ...before,
    process.execPath,
    agentScript,
    '--data',
    dataDir,
    ...flags,
  ];
  return startProgram({ name: 'the agent', command, args, env, ...(onOutput && { onOutput }) });
}
