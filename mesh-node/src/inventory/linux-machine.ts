import { cpus } from 'node:os';
import path from 'node:path';
import { listNames, readMemoryFile, readSensorText } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';

/** What board makers leave in their firmware when they fill in nothing. */
const placeholder =
  /^(to be filled|system (product|manufacturer)|default string|not (applicable|specified)|n\/a|none|o\.?e\.?m|unknown)/i;
const hypervisors =
  /qemu|kvm|vmware|virtualbox|innotek|xen|bochs|parallels|bhyve|virtual machine|amazon ec2|google compute/i;

async function dmi(roots: SystemRoots, name: string): Promise<string | null> {
  const text = await readSensorText(path.join(roots.sys, 'class/dmi/id', name));
  return text === null || text === '' || placeholder.test(text) ? null : text;
}

async function deviceTree(roots: SystemRoots, name: string): Promise<string | null> {
  const text = await readSensorText(path.join(roots.proc, 'device-tree', name));
  return text?.replaceAll('\0', ' ').trim() || null;
}

/** Maker and product, from the firmware or, on ARM boards, the device tree. */
export async function readMachineModel(roots: SystemRoots): Promise<string | null> {
  const [vendor, product] = await Promise.all([dmi(roots, 'sys_vendor'), dmi(roots, 'product_name')]);
  if (product === null) return deviceTree(roots, 'model');
  return vendor === null || product.startsWith(vendor) ? product : `${vendor} ${product}`;
}

/** Whether this is a virtual machine; null where nothing tells. */
export async function readVirtual(roots: SystemRoots): Promise<boolean | null> {
  const flags = /^flags\s*:(.*)$/m.exec(readMemoryFile(path.join(roots.proc, 'cpuinfo')) ?? '')?.[1];
  if (flags !== undefined && /\bhypervisor\b/.test(flags)) return true;
  if ((await readSensorText(path.join(roots.sys, 'hypervisor/type'))) !== null) return true;
  const names = [await dmi(roots, 'sys_vendor'), await dmi(roots, 'product_name')].filter(Boolean).join(' ');
  if (names !== '') return hypervisors.test(names);
  const compatible = await deviceTree(roots, 'compatible');
  if (compatible !== null) return /dummy-virt|qemu/.test(compatible);
  return flags === undefined ? null : false;
}

/** Cores without their hyper-threads: cores whose thread siblings differ. */
export async function readPhysicalCores(roots: SystemRoots): Promise<number> {
  const base = path.join(roots.sys, 'devices/system/cpu');
  const names = (await listNames(base)).filter((name) => /^cpu\d+$/.test(name));
  const siblings = await Promise.all(
    names.map((name) => readSensorText(path.join(base, name, 'topology/thread_siblings_list'))),
  );
  const cores = new Set(siblings.filter((list) => list !== null));
  return cores.size > 0 ? cores.size : Math.max(1, cpus().length);
}
