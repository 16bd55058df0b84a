import * as z from 'zod';
import { factSchema, timestampSchema } from '../ids.js';
import { protectionSchema } from '../models/protection.js';

const text = factSchema(200);

/**
 * Features that agents tell of. `check`: it answers the order of that name, and runs are told how to read. `pace`: it sends
 * metrics as often as the order of that name says. `params`: it hands an app its parameters;
 * `inputs`: it hands it more files than its table. `environment`: it
 * sets variables and fetches secrets. `pictures`: a model of it takes pictures in place of a table.
 */
export const agentFeatures = {
  check: 'check',
  largeOrders: 'large-orders',
  pace: 'pace',
  params: 'params',
  inputs: 'inputs',
  environment: 'environment',
  outputs: 'outputs',
  pictures: 'pictures',
} as const;
const version = z.object({ version: text });

export const benchmarkSchema = z.object({
  ts: timestampSchema,
  /** sysbench `cpu` events per second over all cores. */
  eventsPerSecond: z.number().nonnegative(),
  perCoreEventsPerSecond: z.number().nonnegative(),
  cores: z.number().int().positive(),
  durationMs: z.number().nonnegative(),
  /** Which instrument read it: a real sysbench, or the built-in WebAssembly kernel. */
  method: z.enum(['sysbench', 'kernel']),
  version: text,
});
export type Benchmark = z.infer<typeof benchmarkSchema>;

/** Hardware, OS and software of a machine; sent at start, every 15 minutes and on change. */
export const inventorySchema = z.object({
  ts: timestampSchema,
  hostname: text,
  platform: text,
  arch: text,
  osName: text,
  osVersion: text,
  kernel: text,
  cpuModel: text,
  coresPhysical: z.number().int().positive(),
  coresLogical: z.number().int().positive(),
  totalRamBytes: z.number().nonnegative(),
  machineModel: text.nullable(),
  virtual: z.boolean().nullable(),
  disks: z.array(z.object({ name: text, sizeBytes: z.number().nonnegative(), type: text })).max(64),
  interfaces: z
    .array(z.object({ name: text, mac: text, addresses: z.array(text).max(32), kind: text }))
    .max(64),
  gpus: z.array(z.object({ name: text, memoryTotalBytes: z.number().nonnegative().nullable() })).max(32),
  runtimes: z.object({
    python: z.object({ version: text, path: text }).nullable(),
    /** Not said by older agents, which start no such apps. */
    notebook: version.nullable().optional(),
    shell: z.object({ version: text, path: text }).nullable().optional(),
    r: z.object({ version: text, path: text }).nullable().optional(),
    julia: z.object({ version: text, path: text }).nullable().optional(),
    node: version,
    onnx: version.nullable(),
    bubblewrap: version.nullable(),
    containers: z.object({ engine: text, version: text }).nullable(),
  }),
  timezone: text,
  agentVersion: text,
  /** What this agent does that earlier ones did not; not said by those. */
  features: z.array(text).max(32).optional(),
  /** What jobs left on its disk that cannot be removed yet; left out where all is gone. */
  leftovers: z.object({ count: z.number().int().positive(), reason: text }).optional(),
  /** Not said until the agent has measured it. */
  protection: protectionSchema.optional(),
});
export type Inventory = z.infer<typeof inventorySchema>;

/** Payload of `nodes/{id}/inventory`; the benchmark is null until the first reading. */
export const inventoryMessageSchema = z.object({
  inventory: inventorySchema,
  benchmark: benchmarkSchema.nullable(),
});
export type InventoryMessage = z.infer<typeof inventoryMessageSchema>;
