import { join } from 'node:path';
import { root } from '@meshdeck/testing/checkout';
import { startProgram } from '@meshdeck/testing/programs';
import { listNodes, makeToken } from '@meshdeck/testing/mesh';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

const perProcess = 500;

/**
 * Simulated machines for a hub, 500 a process.
 *
 * @param {import('@meshdeck/testing/mesh').Workshop} workshop @param {RunningHub} hub @param {number} machines
 */
export async function startCrowd({ keep }, hub, machines) {
  const token = await makeToken(hub, machines);
  /** @type {import('@meshdeck/testing/programs').Program[]} */
  const programs = [];
  for (let from = 0; from < machines; from += perProcess) {
    const settings = { from, count: Math.min(perProcess, machines - from), token };
    const args = [join(root, 'mesh-node/bench/fleet/machines.mjs'), JSON.stringify(settings)];
    programs.push(keep(startProgram({ name: 'the machines', command: process.execPath, args })));
  }
  await Promise.all(programs.map((program) => program.event('joined', 300_000)));
  return {
    /** Refused, cloned, too many: whatever a person would have to mend. */
    troubles: () =>
      programs
        .flatMap((program) => program.output().split('\n'))
        .filter((line) => line.includes('"trouble"') && !line.includes('hub-unreachable')).length,
  };
}

/** Machines that may be given work now. @param {RunningHub} hub */
export async function activeMachines(hub) {
  const nodes = await listNodes(hub);
  return nodes.filter(
    ({ membership, presence, score }) => membership === 'joined' && presence === 'active' && score !== null,
  ).length;
}
