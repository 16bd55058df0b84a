import { join } from 'node:path';
import { isReadyForWork, listNodes, runCli, startAgent, until } from '@meshdeck/testing/mesh';

/**
 * A token that names the hub's key and no address: the machines have to find it by mDNS.
 *
 * @param {import('@meshdeck/testing/mesh').RunningHub} hub
 */
async function tokenWithoutAddress(hub, uses) {
  const { code, stdout, stderr } = await runCli(['join-token', 'create', '--uses', String(uses)], {
    env: hub.env,
  });
  if (code !== 0) throw new Error(stderr);
  const { decodeJoinToken, encodeJoinToken } = await import('@meshdeck/shared');
  return encodeJoinToken({ ...decodeJoinToken(stdout.trim()), addresses: [] });
}

/**
 * Starts machines that find the hub by themselves, and waits until the hub lists each; ms from start to listed.
 *
 * @param {{ hub: import('@meshdeck/testing/mesh').RunningHub, names: string[], folder: string,
 *   onStarted: (program: import('@meshdeck/testing/programs').Program) => void }} options
 * @returns {Promise<{ name: string, nodeId: string, tookMs: number }[]>}
 */
export async function joinMachines({ hub, names, folder, onStarted }) {
  const token = await tokenWithoutAddress(hub, names.length);
  const joining = names.map(async (name) => {
    const startedAt = performance.now();
    const agent = startAgent({
      dataDir: join(folder, name),
      flags: ['--interface', '127.0.0.1', '--name', name],
      // Whoever uses this machine can read command lines.
      env: { MESHDECK_JOIN: token },
    });
    onStarted(agent);
    const { nodeId } = await agent.event('joined', 60_000);
    await until(
      () => listNodes(hub),
      (nodes) => nodes.some(({ id, presence }) => id === nodeId && presence === 'active'),
      { what: `${name} to be listed`, everyMs: 20 },
    );
    return { name, nodeId: String(nodeId), tookMs: performance.now() - startedAt };
  });
  return Promise.all(joining);
}

/** @param {import('@meshdeck/shared').NodeView} node */
const isScored = ({ benchmark, score }) => benchmark !== null && score !== null && score.score > 0;

/** Until every one has measured itself and, with that behind it, says again how free it is. */
export function measured(hub, count) {
  return until(
    () => listNodes(hub),
    (nodes) => nodes.filter((node) => isReadyForWork(node) && isScored(node)).length === count,
    { what: `${count} machines to be measured`, timeoutMs: 60_000, everyMs: 200 },
  );
}
