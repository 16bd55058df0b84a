import path from 'node:path';
import type { Inventory } from '@meshdeck/shared';
import { listNames, readSensorNumber, readSensorText } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';

type Disk = Inventory['disks'][number];

/** Made of memory, files or other disks, or only a drive for discs. */
const notADisk = /^(loop|ram|zram|dm-|md|sr|fd|nbd|zd|drbd|mtdblock)|^mmcblk\d+(boot|rpmb)/;
/** The kernel counts in these whatever the disk's own sectors are [Linux ABI stable/sysfs-block, size]. */
const sectorBytes = 512;

async function diskType(folder: string, name: string): Promise<string> {
  if (name.startsWith('nvme')) return 'nvme';
  if (name.startsWith('mmcblk')) return 'flash';
  if (/^(vd|xvd)/.test(name)) return 'virtual';
  if ((await readSensorNumber(path.join(folder, 'removable'))) === 1) return 'removable';
  return (await readSensorNumber(path.join(folder, 'queue/rotational'))) === 1 ? 'hdd' : 'ssd';
}

/** Whole disks with something in them, no partitions. */
export async function readLinuxDisks(roots: SystemRoots): Promise<Disk[]> {
  const base = path.join(roots.sys, 'block');
  const names = (await listNames(base)).filter((name) => !notADisk.test(name));
  const disks = await Promise.all(
    names.map(async (name): Promise<Disk> => {
      const folder = path.join(base, name);
      const model = await readSensorText(path.join(folder, 'device/model'));
      return {
        name: model ? `${model} (${name})` : name,
        sizeBytes: ((await readSensorNumber(path.join(folder, 'size'))) ?? 0) * sectorBytes,
        type: await diskType(folder, name),
      };
    }),
  );
  return disks.filter((disk) => disk.sizeBytes > 0);
}
