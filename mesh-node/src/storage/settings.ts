import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { labelsSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.js';

/**
 * What an agent that starts by itself was told when it was installed: the flags, kept in its data folder (0600) and not in the
 * unit file, which everybody may read. A flag on the command line counts more.
 */
export const settingsSchema = z.object({
  hub: z.string().optional(),
  token: z.string().optional(),
  interface: z.string().optional(),
  name: z.string().optional(),
  slots: z.number().optional(),
  labels: labelsSchema.optional(),
  mdns: z.boolean().optional(),
  sourceBuilds: z.boolean().optional(),
  fastPaths: z.string().optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsFile = (dataFolder: string): string => join(dataFolder, 'settings.json');

export async function readSettings(dataFolder: string): Promise<Settings> {
  return (await readJsonFile(settingsFile(dataFolder), settingsSchema)) ?? {};
}

export async function writeSettings(dataFolder: string, settings: Settings): Promise<void> {
  await writeJsonFile(settingsFile(dataFolder), settings);
}

/** A token that has done its work is a secret too many, and would be refused the next time. */
export async function dropSavedToken(dataFolder: string): Promise<void> {
  const { token, ...rest } = await readSettings(dataFolder);
  if (token === undefined) return;
  if (Object.keys(rest).length > 0) await writeSettings(dataFolder, rest);
  else await rm(settingsFile(dataFolder), { force: true });
}
