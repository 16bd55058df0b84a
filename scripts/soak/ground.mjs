import { freePortFlags } from '@meshdeck/testing/mesh';
import { openLab } from '@meshdeck/testing/network';

/**
 * Where hub and agents of a soak run, and how agents reach the hub: each through a link of its own that can be cut.
 *
 * @typedef {object} Ground
 * @property {string} hubAddress
 * @property {string[]} hubFlags
 * @property {string[]} agentFlags
 * @property {(agent: number) => string} linkAddress where this agent's link listens, with the hub's own port numbers
 * @property {(agent: number) => string[]} before what to put before this agent's program
 * @property {((agent: number, state: 'up' | 'down') => void) | null} setCable null where there are no cables
 */

export const officeHost = 'office';
/** @param {number} agents */
export const labHosts = (agents) => [
  officeHost,
  ...Array.from({ length: agents }, (_, index) => `bench${index}`),
];

/** All on loopback. @returns {Ground} */
export function loopbackGround() {
  return {
    hubAddress: '127.0.0.1',
    hubFlags: [...freePortFlags, '--interface', '127.0.0.1', '--lan-host', '127.0.0.1', '--no-mdns'],
    agentFlags: ['--interface', '127.0.0.1'],
    // The whole of 127.0.0.0/8 is this machine on Linux.
    linkAddress: (agent) => `127.0.0.${20 + agent}`,
    before: () => [],
    setCable: null,
  };
}

/**
 * In network namespaces: this process and the hub in the office, every agent at the end of a cable of its own.
 *
 * @param {string} name of the lab
 * @param {number} agents
 * @returns {Ground}
 */
export function labGround(name, agents) {
  const lab = openLab(name, labHosts(agents));
  return {
    hubAddress: '10.77.0.1',
    hubFlags: [...freePortFlags, '--interface', '10.77.0.1', '--lan-host', '10.77.0.1', '--no-mdns'],
    agentFlags: [],
    linkAddress,
    before: (agent) => lab.on(`bench${agent}`),
    setCable: (agent, state) => lab.setCable(`bench${agent}`, state),
  };
}

/** One more address of the office for each agent's link. @param {number} agent */
export const linkAddress = (agent) => `10.77.0.${101 + agent}`;
