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
  ordersAhead: z.number().optional(),
});

/** A machine's place, what became different of it, and what is known of it no more. */
const changeSchema = z.tuple([
  z.number().int().nonnegative(),
  keptMachineSchema.partial(),
  z.array(keptMachineSchema.keyof()),
]);
type Change = z.infer<typeof changeSchema>;

const keptMomentSchema = z.object({
  at: z.number(),
  machines: z.array(keptMachineSchema),
  changes: z.array(changeSchema),
});

/** The machines as one model's tasks saw them for a while. */
export interface KeptMoment {
  /** When it began, unix ms. */
  at: number;
  /** As they were then, by id. */
  machines: readonly MachineSnapshot[];
  /** What each became later, by its place among them, in order. */
  changes: readonly (readonly [number, MachineSnapshot])[];
}

/** So much text a moment may be; a thousand machines for a second are one or two MB. */
const mostTextBytes = 256 * 1024 * 1024;
/** It is written once a second under load: twice the bytes of the best level, at a fifth of its time. */
const level = 2;

const isSame = (a: unknown, b: unknown) =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

function changeOf(place: number, before: MachineSnapshot, after: MachineSnapshot): Change {
  const fields = Object.entries(after).filter(
    ([key, value]) => !isSame(value, before[key as keyof MachineSnapshot]),
  );
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [place, Object.fromEntries(fields), gone as Change[2]];
}

function changedBy(before: MachineSnapshot, [, fields, gone]: Change): MachineSnapshot {
  const after = Object.entries({ ...before, ...fields }).filter(
    ([key]) => !gone.includes(key as (typeof gone)[number]),
  );
  return Object.fromEntries(after) as unknown as MachineSnapshot;
}

/** As text. */
export async function packMoment({ at, machines, changes }: KeptMoment): Promise<string> {
  const now = [...machines];
  const packed = changes.flatMap(([place, after]): Change[] => {
    const before = now[place];
    now[place] = after;
    return before === undefined ? [] : [changeOf(place, before, after)];
  });
  const text = JSON.stringify({ at, machines, changes: packed });
  return (await promisify(deflate)(text, { level })).toString('base64');
}

/** @throws where the text is none of `packMoment`'s */
export async function unpackMoment(packed: string): Promise<KeptMoment> {
  const bytes = Buffer.from(packed, 'base64');
  const text = await promisify(inflate)(bytes, { maxOutputLength: mostTextBytes });
  const { at, machines, changes } = keptMomentSchema.parse(JSON.parse(text.toString()));
  const first = machines as MachineSnapshot[];
  const now = [...first];
  const then = changes.flatMap((change): [number, MachineSnapshot][] => {
    const before = now[change[0]];
    if (before === undefined) return [];
    const after = changedBy(before, change);
    now[change[0]] = after;
    return [[change[0], after]];
  });
  return { at, machines: first, changes: then };
}
