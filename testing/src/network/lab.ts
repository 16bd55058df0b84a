import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Hosts of their own on one Ethernet: network namespaces whose only way to each other is a bridge in a third one. */
export interface Lab {
  name: string;
  /** What to put before a program so that it runs on that host. */
  on: (host: string) => string[];
  /** One more address of that host. */
  addAddress: (host: string, address: string) => void;
  /** Pulls out and plugs in a host's cable. */
  setCable: (host: string, state: 'up' | 'down') => void;
  remove: () => void;
}

const ip = (...args: string[]) => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** A lab that `createLab` made, by its name; programs inside it can open it too. */
export function openLab(lab: string, hosts: readonly string[]): Lab {
  const name = (host: string) => `${lab}-${host}`;
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

/** Each host gets `lan0` with 10.77.0.1, 10.77.0.2 and so on. Needs root. */
export function createLab(hosts: readonly string[]): Lab {
  const lab = openLab(`md${process.pid}`, hosts);
  const inside = (host: string, ...args: string[]) => ip('-n', `${lab.name}-${host}`, ...args);
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
