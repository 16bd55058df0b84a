import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callHub, listNodes, until } from './api.mjs';
import { startAgent, startHub } from './start-mesh.mjs';

/** @typedef {import('./start-mesh.mjs').RunningHub} RunningHub */
/**
 * @typedef {object} Workshop
 * @property {string} folder
 * @property {<P extends { stop: () => Promise<void> }>(program: P) => P} keep stops it at the end
 */

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** What ends the open ones, the innermost last. @type {(() => Promise<void>)[]} */
const open = [];

async function interrupted() {
  for (const close of open.splice(0).reverse()) await close();
  process.exit(130);
}

/**
 * A folder and programs that are gone when `work` ends, by itself or by a signal; SIGKILL leaves them. They nest.
 *
 * @template T
 * @param {(workshop: Workshop) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inWorkshop(work) {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-work-'));
  /** @type {{ stop: () => Promise<void> }[]} */
  const programs = [];
  async function tidy() {
    for (const program of programs.splice(0).reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  /** @type {Promise<void> | undefined} */
  let closing;
  const close = () => (closing ??= tidy());
  if (open.length === 0) for (const signal of signals) process.on(signal, interrupted);
  open.push(close);
  try {
    return await work({
      folder,
      keep(program) {
        programs.push(program);
        return program;
      },
    });
  } finally {
    // Interrupted: its programs are being stopped, and the process ends after the last of them, not before.
    if (!open.includes(close)) await new Promise(() => undefined);
    await close();
    open.splice(open.indexOf(close), 1);
    if (open.length === 0) for (const signal of signals) process.off(signal, interrupted);
  }
}

/** A token that lets `uses` machines in. @param {RunningHub} hub @param {number} uses */
export async function makeToken(hub, uses) {
  /** @type {import('@meshdeck/shared').CreatedJoinToken} */
  const { token } = await callHub(hub, '/join-tokens', { method: 'POST', json: { uses, ttlSeconds: 3600 } });
  return token;
}

/** A hub and one machine that takes work. @param {Workshop} workshop */
export async function startPair({ folder, keep }) {
  const hub = keep(await startHub({ dataDir: join(folder, 'hub') }));
  const token = await makeToken(hub, 1);
  const flags = ['--interface', '127.0.0.1', '--name', 'bench', '--join', token];
  const agent = keep(startAgent({ dataDir: join(folder, 'agent'), flags }));
  await agent.event('joined', 60_000);
  await until(
    () => listNodes(hub),
    (nodes) =>
      nodes.some(
        ({ name, benchmarking, score }) => name === 'bench' && !benchmarking && (score?.score ?? 0) > 0,
      ),
    { what: 'the machine to take work', timeoutMs: 60_000 },
  );
  return { hub, agent };
}
