import { createRequire } from 'node:module';
import { cpus, release, type } from 'node:os';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Hardware } from './hardware.js';
import { runNodeSource } from './run-program.js';

/** Windows answers through PowerShell, which is slow to start. */
const timeoutMs = 20_000;

/** In a child, because systeminformation costs 9 MB of resident memory to load and 13 MB once used. */
const source = `
'use strict';
const si = require(process.argv[1]);
const all = [si.osInfo(), si.cpu(), si.system(), si.diskLayout(), si.graphics(), si.networkInterfaces()];
Promise.all(all).then(([os, cpu, system, disks, graphics, interfaces]) => {
  process.stdout.write(JSON.stringify({
    os: { distro: os.distro, release: os.release },
    physicalCores: cpu.physicalCores,
    system: { manufacturer: system.manufacturer, model: system.model, virtual: system.virtual },
    disks: disks.map((disk) => ({ name: disk.name || disk.device, size: disk.size, type: disk.type })),
    gpus: graphics.controllers.map((gpu) => ({ model: gpu.model, vram: gpu.vram })),
    interfaces: [interfaces].flat().map((i) => ({ name: i.iface, type: i.type, virtual: i.virtual })),
  }));
});
`;

const text = z.string().catch('');
const answerSchema = z.object({
  os: z.object({ distro: text, release: text }),
  physicalCores: z.number().int().positive().nullable().catch(null),
  system: z.object({ manufacturer: text, model: text, virtual: z.boolean().nullable().catch(null) }),
  disks: z.array(z.object({ name: text, size: z.number().nonnegative().catch(0), type: text })),
  /** Memory in MiB. */
  gpus: z.array(z.object({ model: text, vram: z.number().positive().nullable().catch(null) })),
  interfaces: z.array(z.object({ name: text, type: text, virtual: z.boolean().catch(false) })),
});

function interfaceKind({ type, virtual }: z.infer<typeof answerSchema>['interfaces'][number]): string {
  if (virtual) return 'virtual';
  return type === 'wireless' ? 'wifi' : 'ethernet';
}

/** What Node alone knows, for when the child cannot be asked. */
function leastHardware(): Hardware {
  return {
    osName: type(),
    osVersion: release(),
    coresPhysical: Math.max(1, cpus().length),
    machineModel: null,
    virtual: null,
    disks: [],
    gpus: [],
    interfaceKinds: new Map(),
  };
}

/** Hardware on macOS and Windows through systeminformation; what cannot be learnt is logged and left at its least. */
export async function readPortableHardware(logger: Logger): Promise<Hardware> {
  const least = leastHardware();
  try {
    const library = createRequire(import.meta.url).resolve('systeminformation');
    const { stdout } = await runNodeSource({ source, args: [library], timeoutMs });
    const answer = answerSchema.parse(JSON.parse(stdout));
    return {
      osName: answer.os.distro || least.osName,
      osVersion: answer.os.release || least.osVersion,
      coresPhysical: answer.physicalCores ?? least.coresPhysical,
      machineModel: `${answer.system.manufacturer} ${answer.system.model}`.trim() || null,
      virtual: answer.system.virtual,
      disks: answer.disks.map((disk) => ({
        name: disk.name,
        sizeBytes: disk.size,
        type: disk.type.toLowerCase() || 'unknown',
      })),
      gpus: answer.gpus.map((gpu) => ({
        name: gpu.model,
        memoryTotalBytes: gpu.vram === null ? null : gpu.vram * 1024 ** 2,
      })),
      interfaceKinds: new Map(answer.interfaces.map((entry) => [entry.name, interfaceKind(entry)])),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn({ reason }, 'hardware details cannot be read');
    return least;
  }
}
