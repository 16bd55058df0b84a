import { execFileSync } from 'node:child_process';

/** Hosts of their own on one Ethernet: network namespaces whose only way to each other is a bridge in a third one. */
export interface Lab {
  /** What to put before a program so that it runs on that host. */
  on: (host: string) => string[];
  /** Pulls out and plugs in a host's cable. */
  setCable: (host: string, state: 'up' | 'down') => void;
  remove: () => void;
}

const ip = (...args: string[]): void =>
  void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Each host gets `lan0` with 10.77.0.1, 10.77.0.2 and so on. Needs root. */
export function createLab(hosts: readonly string[]): Lab {
  const name = (host: string): string => `md${process.pid}-${host}`;
  const made: string[] = [];
  const add = (host: string): void => {
    ip('netns', 'add', name(host));
    made.push(name(host));
  };
  const inside = (host: string, ...args: string[]): void => ip('-n', name(host), ...args);
  const remove = (): void => made.splice(0).forEach((each) => ip('netns', 'delete', each));
  try {
    add('bridge');
    inside('bridge', 'link', 'add', 'bridge0', 'type', 'bridge', 'mcast_snooping', '0');
    inside('bridge', 'link', 'set', 'bridge0', 'up');
    for (const [index, host] of hosts.entries()) {
      add(host);
      inside(
        'bridge',
        'link',
        'add',
        `port${index}`,
        'type',
        'veth',
        'peer',
        'name',
        'lan0',
        'netns',
        name(host),
      );
      inside('bridge', 'link', 'set', `port${index}`, 'master', 'bridge0', 'up');
      inside(host, 'addr', 'add', `10.77.0.${index + 1}/24`, 'dev', 'lan0');
      inside(host, 'link', 'set', 'lo', 'up');
      inside(host, 'link', 'set', 'lan0', 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    on: (host) => ['ip', 'netns', 'exec', name(host)],
    setCable: (host, state) => inside('bridge', 'link', 'set', `port${hosts.indexOf(host)}`, state),
    remove,
  };
}
