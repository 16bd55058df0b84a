import path from 'node:path';
import { listNames, readMemoryFile } from './kernel-files.js';
import type { SystemRoots } from './system-roots.js';

export interface InterfaceCounters {
  readonly name: string;
  readonly rxBytes: number;
  readonly txBytes: number;
}

/** Parses /proc/net/dev [proc(5)]: received bytes are the first column, sent bytes the ninth. */
export function parseNetDev(text: string): InterfaceCounters[] {
  return text.split('\n').flatMap((line) => {
    const [, name, columns] = /^\s*(\S+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || columns === undefined) return [];
    const values = columns.trim().split(/\s+/).map(Number);
    return [{ name, rxBytes: values[0] ?? NaN, txBytes: values[8] ?? NaN }];
  });
}

const neverCounted = /^(lo|docker|br-|virbr|tun|tap|wg|ifb|dummy|bond|team|vnet|cni|flannel|cali)/;

/**
 * Names of the interfaces whose traffic is the machine's own: those with a device behind them. Inside a container or
 * a network namespace there is none, and the virtual link that stands for the cable is taken instead.
 */
export async function findCountedInterfaces(roots: SystemRoots): Promise<ReadonlySet<string>> {
  const base = path.join(roots.sys, 'class/net');
  const names = await listNames(base);
  const physical: string[] = [];
  for (const name of names) {
    const entries = await listNames(path.join(base, name));
    if (entries.includes('device') && !entries.includes('bridge')) physical.push(name);
  }
  return new Set(physical.length > 0 ? physical : names.filter((name) => !neverCounted.test(name)));
}

/** Counters of this process's network namespace, none where there is no /proc. */
export function readCounters(roots: SystemRoots): InterfaceCounters[] {
  return parseNetDev(readMemoryFile(path.join(roots.proc, 'net/dev')) ?? '');
}
