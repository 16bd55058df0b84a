import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '@meshdeck/testing/checkout';
import { startProgram } from '@meshdeck/testing/programs';
import { listNodes, makeToken } from '@meshdeck/testing/mesh';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

const perProcess = 500;

/**
 * Simulated machines for a hub, 500 a process; each attempt takes them `workMs` on average.
 *
 * @param {import('@meshdeck/testing/mesh').Workshop} workshop @param {RunningHub} hub @param {number} machines @param {number} [workMs]
 */
export async function startCrowd({ keep }, hub, machines, workMs = 0) {
  const token = await makeToken(hub, machines);
  let troubles = 0;
  let rest = '';
  /** @param {string} text */
  const onOutput = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    troubles += lines.filter(isTrouble).length;
  };
  /** @type {import('@meshdeck/testing/programs').Program[]} */
  const programs = [];
  for (let from = 0; from < machines; from += perProcess) {
    const settings = { from, count: Math.min(perProcess, machines - from), token, workMs };
    const args = [join(root, 'mesh-node/bench/fleet/machines.mjs'), JSON.stringify(settings)];
    programs.push(keep(startProgram({ name: 'the machines', command: process.execPath, args, onOutput })));
  }
  await Promise.all(programs.map((program) => program.event('joined', 300_000)));
  return {
    /** Refused, cloned, too many: whatever a person would have to mend. */
    troubles: () => troubles,
  };
}

/** @param {string} line */
const isTrouble = (line) => line.includes('"trouble"') && !line.includes('hub-unreachable');

/** Machines that may be given work now. @param {RunningHub} hub */
export async function activeMachines(hub) {
  const nodes = await listNodes(hub);
  return nodes.filter(
    ({ membership, presence, score }) => membership === 'joined' && presence === 'active' && score !== null,
  ).length;
}

/**
 * Rests four times as long as a look took, so that looking is no large part of what the hub does meanwhile.
 *
 * @param {RunningHub} hub @param {number} machines @param {number} [patienceMs]
 */
export async function untilAllActive(hub, machines, patienceMs = 600_000) {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const startedAt = performance.now();
    const active = await activeMachines(hub);
    if (active === machines) return;
    if (startedAt > deadline)
      throw new Error(`${active} of ${machines} machines are active after ${patienceMs} ms`);
    await pause(Math.max(50, 4 * (performance.now() - startedAt)));
  }
}
