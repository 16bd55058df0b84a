import type { SystemRoots } from '../collectors/system-roots.js';
import type { Environment } from './find-on-path.js';
import type { Hardware } from './hardware.js';
import { readLinuxDisks } from './linux-disks.js';
import { readLinuxGpus } from './linux-gpus.js';
import { readInterfaceKinds } from './linux-interface-kinds.js';
import { readMachineModel, readPhysicalCores, readVirtual } from './linux-machine.js';
import { readLinuxOs } from './linux-os.js';

/** A Linux machine as its kernel's files tell it: nothing is spawned but nvidia-smi where it is installed. */
export async function readLinuxHardware(roots: SystemRoots, env: Environment): Promise<Hardware> {
  const [os, coresPhysical, machineModel, virtual, disks, gpus, interfaceKinds] = await Promise.all([
    readLinuxOs(roots),
    readPhysicalCores(roots),
    readMachineModel(roots),
    readVirtual(roots),
    readLinuxDisks(roots),
    readLinuxGpus(roots, env),
    readInterfaceKinds(roots),
  ]);
  return { ...os, coresPhysical, machineModel, virtual, disks, gpus, interfaceKinds };
}
