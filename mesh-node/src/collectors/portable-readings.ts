import { createRequire } from 'node:module';
import * as z from 'zod';
import { runNodeSource } from '../inventory/run-program.js';

const timeoutMs = 20_000;

/** systeminformation costs 9 MB of resident memory to load, so it is loaded in a child that ends again. */
const source = `
'use strict';
const si = require(process.argv[1]);
Promise.all([si.cpuTemperature(), si.battery(), si.networkStats('*'), si.networkInterfaces()]).then(
  ([temperature, battery, stats, interfaces]) => {
    const virtual = new Set([interfaces].flat().filter((i) => i.virtual || i.internal).map((i) => i.iface));
    const network = stats.filter((s) => !virtual.has(s.iface));
    process.stdout.write(JSON.stringify({
      temperature: temperature.main,
      battery: battery.hasBattery ? battery.percent : null,
      counters: network.map((s) => ({ name: s.iface, rxBytes: s.rx_bytes, txBytes: s.tx_bytes })),
    }));
  },
);
`;

const readingsSchema = z.object({
  temperature: z.number().nullable().catch(null),
  battery: z.number().min(0).max(100).nullable().catch(null),
  counters: z.array(z.object({ name: z.string(), rxBytes: z.number(), txBytes: z.number() })).catch([]),
});
export type PortableReadings = z.infer<typeof readingsSchema>;

/** One reading of what Node itself cannot tell on macOS and Windows. */
export async function readPortable(): Promise<PortableReadings> {
  const library = createRequire(import.meta.url).resolve('systeminformation');
  const { stdout } = await runNodeSource({ source, args: [library], timeoutMs });
  return readingsSchema.parse(JSON.parse(stdout));
}
