import { cpus, hostname, release, totalmem } from 'node:os';
import { agentFeatures, meshdeckVersion, type Inventory } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { systemRoots, type SystemRoots } from '../collectors/system-roots.js';
import type { Environment } from './find-on-path.js';
import { listInterfaces } from './interfaces.js';
import { readLinuxHardware } from './linux-hardware.js';
import { readPortableHardware } from './portable-hardware.js';
import { findRuntimes } from './runtimes.js';
import { readTimezone } from './timezone.js';

const longestText = 200;

/** Firmware and drivers are not ours: any text is cut to what the message allows. */
function clip<T extends { name: string }>(entries: readonly T[], most: number): T[] {
  return entries.slice(0, most).map((entry) => ({ ...entry, name: entry.name.slice(0, longestText) }));
}

/** The processor's name as the system writes it; empty on some ARM boards, where the architecture stands in. */
export function readCpuModel(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? '';
  return (model === '' || model === 'unknown' ? process.arch : model).slice(0, longestText);
}

/**
 * Hardware, system and software of this machine. Never throws for something the machine cannot tell: that is null or
 * an empty list.
 */
export async function collectInventory(options: {
  logger: Logger;
  roots?: SystemRoots;
  platform?: NodeJS.Platform;
  env?: Environment;
  agentVersion?: string;
}): Promise<Inventory> {
  const { logger, roots = systemRoots, platform = process.platform, env = process.env } = options;
  const [hardware, runtimes, timezone] = await Promise.all([
    platform === 'linux' ? readLinuxHardware(roots, env) : readPortableHardware(logger),
    findRuntimes({ env, logger }),
    readTimezone(roots, env),
  ]);
  const coresLogical = Math.max(1, cpus().length);
  return {
    ts: Date.now(),
    hostname: hostname().slice(0, longestText),
    platform,
    arch: process.arch,
    osName: hardware.osName.slice(0, longestText),
    osVersion: hardware.osVersion.slice(0, longestText),
    kernel: release().slice(0, longestText),
    cpuModel: readCpuModel(),
    coresPhysical: Math.min(hardware.coresPhysical, coresLogical),
    coresLogical,
    totalRamBytes: totalmem(),
    machineModel: hardware.machineModel?.slice(0, longestText) ?? null,
    virtual: hardware.virtual,
    disks: clip(hardware.disks, 64),
    interfaces: clip(listInterfaces(hardware.interfaceKinds), 64),
    gpus: clip(hardware.gpus, 32),
    runtimes,
    timezone: timezone.slice(0, longestText),
    agentVersion: options.agentVersion ?? meshdeckVersion,
    features: [
      agentFeatures.check,
      agentFeatures.largeOrders,
      agentFeatures.pace,
      agentFeatures.params,
      agentFeatures.inputs,
      agentFeatures.environment,
      agentFeatures.outputs,
      agentFeatures.pictures,
    ],
  };
}
