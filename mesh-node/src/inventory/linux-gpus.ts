import path from 'node:path';
import type { Inventory } from '@meshdeck/shared';
import { readAmdGpus } from '../collectors/gpu-amd.js';
import { createNvidiaSource } from '../collectors/gpu-nvidia.js';
import { listNames, readSensorText } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';
import type { Environment } from './find-on-path.js';

type Gpu = Inventory['gpus'][number];

/** PCI vendors whose cards carry no reader of ours, or none while their driver is missing. */
const vendors: Readonly<Record<string, string>> = { '0x8086': 'Intel', '0x10de': 'NVIDIA' };

async function otherCards(roots: SystemRoots, nvidiaKnown: boolean): Promise<Gpu[]> {
  const base = path.join(roots.sys, 'class/drm');
  const gpus: Gpu[] = [];
  for (const card of (await listNames(base)).filter((name) => /^card\d+$/.test(name))) {
    const vendor = vendors[(await readSensorText(path.join(base, card, 'device/vendor'))) ?? ''];
    if (vendor === undefined || (vendor === 'NVIDIA' && nvidiaKnown)) continue;
    const id = await readSensorText(path.join(base, card, 'device/device'));
    gpus.push({ name: `${vendor} GPU ${id ?? ''}`.trim(), memoryTotalBytes: null });
  }
  return gpus;
}

/** NVIDIA cards by nvidia-smi, which fails where its driver is not loaded. */
async function nvidiaCards(env: Environment): Promise<readonly Gpu[]> {
  try {
    return await createNvidiaSource({ env })();
  } catch {
    return []; // the card is still listed by its PCI id
  }
}

/** Graphics cards with their memory where the driver tells it. */
export async function readLinuxGpus(roots: SystemRoots, env: Environment): Promise<Gpu[]> {
  const nvidia = await nvidiaCards(env);
  const known = [...nvidia, ...(await readAmdGpus(roots))];
  const named = known.map(({ name, memoryTotalBytes }) => ({ name, memoryTotalBytes }));
  return [...named, ...(await otherCards(roots, nvidia.length > 0))];
}
