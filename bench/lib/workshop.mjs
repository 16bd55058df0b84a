import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callHub, listNodes, until } from '../../scripts/mesh/api.mjs';
import { startAgent, startHub } from '../../scripts/mesh/start-mesh.mjs';

/** @typedef {import('../../scripts/mesh/start-mesh.mjs').RunningHub} RunningHub */
/** @typedef {import('../../scripts/mesh/start-program.mjs').Program} Program */

/**
 * A folder and programs that are gone when the benchmark ends, however it ends.
 *
 * @template T
 * @param {(workshop: { folder: string, keep: <P extends { stop: () => Promise<void> }>(program: P) => P }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inWorkshop(work) {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-bench-'));
  /** @type {{ stop: () => Promise<void> }[]} */
  const programs = [];
  const close = async () => {
    for (const program of programs.splice(0).reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => void close().then(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await work({
      folder,
      keep(program) {
        programs.push(program);
        return program;
      },
    });
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await close();
  }
}

/** A token that lets `uses` machines in. @param {RunningHub} hub @param {number} uses */
export async function makeToken(hub, uses) {
  /** @type {import('@meshdeck/shared').CreatedJoinToken} */
  const { token } = await callHub(hub, '/join-tokens', { method: 'POST', json: { uses, ttlSeconds: 3600 } });
  return token;
}

/**
 * A hub and one machine that takes work.
 *
 * @param {{ folder: string, keep: <P extends { stop: () => Promise<void> }>(program: P) => P }} workshop
 */
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
