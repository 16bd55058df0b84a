import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import {
  inventorySchema,
  labelsSchema,
  nodeViewSchema,
  protectionLevelSchema,
  speedBasisSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { MachineSnapshot } from './snapshot.js';

const node = nodeViewSchema.shape;

const keptMachineSchema = z.object({
  id: node.id,
  name: z.string(),
  membership: node.membership,
  presence: node.presence,
  scheduling: node.scheduling,
  clonedIdentity: z.boolean(),
  labels: labelsSchema,
  slotsTotal: z.number(),
  slotsBusy: z.number(),
  heartbeatAt: z.number().nullable(),
  placedSinceHeartbeat: z.number(),
  freeRamBytes: z.number().nullable(),
  gpus: z.number(),
  runtimes: inventorySchema.shape.runtimes.nullable(),
  score: node.score,
  features: z.array(z.string()).optional(),
  protection: protectionLevelSchema.nullable().optional(),
  prediction: z
    .object({
      rowsPerSecond: z.number(),
      overheadMs: z.number(),
      startMs: z.number().optional(),
      basis: speedBasisSchema,
    })
    .nullable()
    .optional(),
  slotsFreeInMs: z.array(z.number()).optional(),
  coldBytes: z.number().optional(),
  bytesPerSecond: z.number().nullable().optional(),
  warm: z.boolean().optional(),
  slotUtilisation: z.number().optional(),
  freeCpuPercent: z.number().nullable().optional(),
  cores: z.number().optional(),
  slotsBusyAtHeartbeat: z.number().optional(),
});

/** So many machines of a moment as text; a hub has fewer. */
const mostTextBytes = 64 * 1024 * 1024;

/** The machines of a moment as they are kept, once for all of its decisions. */
export const packMachines = (machines: readonly MachineSnapshot[]): Promise<Buffer> =>
  promisify(deflate)(JSON.stringify(machines));

/** @throws where the bytes are none of `packMachines`' */
export async function unpackMachines(bytes: Buffer): Promise<MachineSnapshot[]> {
  const text = await promisify(inflate)(bytes, { maxOutputLength: mostTextBytes });
  return z.array(keptMachineSchema).parse(JSON.parse(text.toString())) as MachineSnapshot[];
}
