import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Hosts of their own on one Ethernet: network namespaces whose only way to each other is a bridge in a third one.
 *
 * @typedef {object} Lab
 * @property {string} name
 * @property {(host: string) => string[]} on what to put before a program so that it runs on that host
 * @property {(host: string, address: string) => void} addAddress one more address of that host
 * @property {(host: string, state: 'up' | 'down') => void} setCable pulls out and plugs in a host's cable
 * @property {() => void} remove
 */

/** @param {string[]} args */
const ip = (...args) => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * A lab that `createLab` made, by its name; programs inside it can open it too.
 *
 * @param {string} lab
 * @param {readonly string[]} hosts
 * @returns {Lab}
 */
export function openLab(lab, hosts) {
  /** @param {string} host */
  const name = (host) => `${lab}-${host}`;
  return {
    name: lab,
    on: (host) => ['ip', 'netns', 'exec', name(host)],
    addAddress: (host, address) => ip('-n', name(host), 'addr', 'add', `${address}/24`, 'dev', 'lan0'),
    setCable: (host, state) => ip('-n', name('bridge'), 'link', 'set', `port${hosts.indexOf(host)}`, state),
    remove() {
      for (const host of ['bridge', ...hosts]) {
        if (existsSync(`/run/netns/${name(host)}`)) ip('netns', 'delete', name(host));
      }
    },
  };
}

/**
 * Each host gets `lan0` with 10.77.0.1, 10.77.0.2 and so on. Needs root.
 *
 * @param {readonly string[]} hosts
 * @returns {Lab}
 */
export function createLab(hosts) {
  const lab = openLab(`md${process.pid}`, hosts);
  /** @param {string} host @param {string[]} args */
  const inside = (host, ...args) => ip('-n', `${lab.name}-${host}`, ...args);
  try {
    ip('netns', 'add', `${lab.name}-bridge`);
    inside('bridge', 'link', 'add', 'bridge0', 'type', 'bridge', 'mcast_snooping', '0');
    inside('bridge', 'link', 'set', 'bridge0', 'up');
    for (const [index, host] of hosts.entries()) {
      ip('netns', 'add', `${lab.name}-${host}`);
      const peer = ['type', 'veth', 'peer', 'name', 'lan0', 'netns', `${lab.name}-${host}`];
      inside('bridge', 'link', 'add', `port${index}`, ...peer);
      inside('bridge', 'link', 'set', `port${index}`, 'master', 'bridge0', 'up');
      inside(host, 'addr', 'add', `10.77.0.${index + 1}/24`, 'dev', 'lan0');
      inside(host, 'link', 'set', 'lo', 'up');
      inside(host, 'link', 'set', 'lan0', 'up');
    }
  } catch (error) {
    lab.remove();
    throw error;
  }
  return lab;
}
