import path from 'node:path';
import type { GpuMetrics } from '@meshdeck/shared';
import { listNames, readSensorNumber, readSensorText } from './kernel-files.js';
import type { SystemRoots } from './system-roots.js';

async function temperature(device: string): Promise<number | null> {
  const [monitor] = await listNames(path.join(device, 'hwmon'));
  if (monitor === undefined) return null;
  const millidegrees = await readSensorNumber(path.join(device, 'hwmon', monitor, 'temp1_input'));
  return millidegrees === null ? null : millidegrees / 1000;
}

async function readCard(device: string): Promise<GpuMetrics | null> {
  if ((await readSensorText(path.join(device, 'vendor'))) !== '0x1002') return null;
  const product = await readSensorText(path.join(device, 'product_name'));
  const id = await readSensorText(path.join(device, 'device'));
  const name = (product || `AMD GPU ${id ?? ''}`.trim()).slice(0, 120);
  // Asking a sleeping card anything wakes it up, which would cost a laptop its battery every 2 s.
  const asleep = (await readSensorText(path.join(device, 'power/runtime_status'))) === 'suspended';
  const read = (file: string) => (asleep ? null : readSensorNumber(path.join(device, file)));
  return {
    name,
    utilizationPercent: await read('gpu_busy_percent'),
    memoryUsedBytes: await read('mem_info_vram_used'),
    memoryTotalBytes: await read('mem_info_vram_total'),
    temperatureCelsius: asleep ? null : await temperature(device),
  };
}

/** AMD cards of the amdgpu driver [Linux gpu/amdgpu/thermal]. */
export async function readAmdGpus(roots: SystemRoots): Promise<GpuMetrics[]> {
  const base = path.join(roots.sys, 'class/drm');
  const cards = (await listNames(base)).filter((name) => /^card\d+$/.test(name));
  const gpus = await Promise.all(cards.map((card) => readCard(path.join(base, card, 'device'))));
  return gpus.filter((gpu) => gpu !== null);
}
