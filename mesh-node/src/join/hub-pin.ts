import { nodeIdSchema, sha256Schema } from '@meshdeck/shared';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../storage/json-file.js';

/** The one hub this machine works for: its key, and where it was met last. */
export const hubPinSchema = z.object({
  fingerprint: sha256Schema,
  certificatePem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  hubId: nodeIdSchema,
  hubName: z.string(),
  /** False while a person has still to approve this machine. */
  joined: z.boolean(),
  /** `host:port`, the newest first. */
  addresses: z.array(z.string()).max(8),
});
export type HubPin = z.infer<typeof hubPinSchema>;

export interface HubPinStore {
  readonly file: string;
  current: () => HubPin | undefined;
  save: (pin: HubPin) => Promise<void>;
}

/** The pin kept in `file`. A damaged file is an error: it must never turn into trust on first use. */
export async function openHubPin(file: string): Promise<HubPinStore> {
  let pin = await readJsonFile(file, hubPinSchema);
  return {
    file,
    current: () => pin,
    async save(next) {
      if (JSON.stringify(next) === JSON.stringify(pin)) return;
      await writeJsonFile(file, next);
      pin = next;
    },
  };
}
