import { existsSync } from 'node:fs';
import { cpus, hostname, totalmem } from 'node:os';
import { inventorySchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from '../collectors/fixture-roots.js';
import { collectInventory } from './collect-inventory.js';

const logger = pino({ level: 'silent' });

test('describes this machine in the form the hub accepts, in less than 2 s', async () => {
  const start = performance.now();
  const inventory = inventorySchema.parse(await collectInventory({ logger }));
  expect(performance.now() - start).toBeLessThan(2000);
  expect(inventory).toMatchObject({
    hostname: hostname(),
    platform: process.platform,
    arch: process.arch,
    coresLogical: cpus().length,
    totalRamBytes: totalmem(),
  });
  expect(inventory.coresPhysical).toBeLessThanOrEqual(inventory.coresLogical);
  expect(inventory.runtimes.node.version).toBe(process.versions.node);
  expect(inventory.runtimes.onnx?.version).toMatch(/^\d+\.\d+/);
  const { python } = inventory.runtimes;
  if (python !== null) expect(existsSync(python.path)).toBe(true);
  expect(inventory.disks.every((disk) => disk.sizeBytes > 0)).toBe(true);
});

test('never loads the libraries it reports on', async () => {
  await collectInventory({ logger });
  const loaded = process.report.getReport() as { sharedObjects?: string[] };
  expect(loaded.sharedObjects?.length).toBeGreaterThan(0);
  expect(loaded.sharedObjects?.filter((file) => /onnxruntime/i.test(file))).toEqual([]);
});

test('fits the message whatever the firmware says', async () => {
  const roots = createFixtureRoots({
    'sys/class/dmi/id/product_name': 'x'.repeat(3000),
    'etc/os-release': `NAME="${'y'.repeat(3000)}"\n`,
    ...Object.fromEntries(Array.from({ length: 80 }, (_, disk) => [`sys/block/sd${disk}x/size`, '100\n'])),
  });
  onTestFinished(roots.remove);
  const inventory = inventorySchema.parse(
    await collectInventory({ logger, roots, platform: 'linux', env: { PATH: '' } }),
  );
  expect(inventory.disks).toHaveLength(64);
  expect(inventory.runtimes).toMatchObject({ python: null, bubblewrap: null, containers: null });
});
