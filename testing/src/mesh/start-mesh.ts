import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/paths.mjs';
import { startProgram } from './start-program.mjs';

/** @typedef {import('./start-program.mjs').Program} Program */
/** @typedef {import('@meshdeck/shared').HubReady} HubReady */
/** @typedef {Program & { dataDir: string, ready: HubReady, token: string, env: Record<string, string> }} RunningHub */

export const hubScript = join(root, 'broker/bin/meshdeck.mjs');
export const agentScript = join(root, 'mesh-node/bin/meshdeck-node.mjs');

/** A free port for each of the hub's doors. */
export const freePortFlags = ['--port', '--tls-port', '--mqtt-port', '--sensor-port', '--https-port'].flatMap(
  (flag) => [flag, '0'],
);

/** Seen on loopback alone: what demo, tests and benchmarks run with. */
export const privateHubFlags = [...freePortFlags, ...['--interface', '127.0.0.1', '--lan-host', '127.0.0.1']];

/**
 * A hub of its own, serving. `before` comes before the program (`ip netns exec NAME`).
 *
 * @param {{ dataDir: string, flags?: string[], before?: string[], env?: Record<string, string>,
 *   onOutput?: (text: string) => void }} options
 * @returns {Promise<RunningHub>}
 */
export async function startHub({ dataDir, flags = privateHubFlags, before = [], env = {}, onOutput }) {
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
  const ready = /** @type {HubReady} */ (/** @type {unknown} */ (await program.event('ready')));
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  return { ...program, dataDir, ready, token, env: { MESHDECK_DATA: dataDir } };
}

/**
 * An agent of its own. It is waited for by its events: `waiting`, `joined`.
 *
 * @param {{ dataDir: string, flags?: string[], before?: string[], env?: Record<string, string>,
 *   onOutput?: (text: string) => void }} options
 * @returns {Program}
 */
export function startAgent({
  dataDir,
  flags = ['--interface', '127.0.0.1'],
  before = [],
  env = {},
  onOutput,
}) {
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
