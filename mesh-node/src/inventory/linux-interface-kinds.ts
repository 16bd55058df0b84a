import path from 'node:path';
import { listNames } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';

function kindOf(entries: ReadonlySet<string>): string {
  if (entries.has('wireless') || entries.has('phy80211')) return 'wifi';
  if (entries.has('bridge')) return 'bridge';
  if (entries.has('tun_flags')) return 'tunnel';
  return entries.has('device') ? 'ethernet' : 'virtual';
}

/** Every interface's kind, by what the kernel keeps in its folder. */
export async function readInterfaceKinds(roots: SystemRoots): Promise<Map<string, string>> {
  const base = path.join(roots.sys, 'class/net');
  const kinds = new Map<string, string>();
  for (const name of await listNames(base)) {
    kinds.set(name, kindOf(new Set(await listNames(path.join(base, name)))));
  }
  return kinds;
}
