import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@meshdeck/shared/runtime';

/** Tells programs on this machine where the running hub answers: `hub-address.json` in its data folder. */
export async function writeHubAddress(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'hub-address.json');
  await writeFileAtomically(file, JSON.stringify({ url }));
  return () => rm(file, { force: true });
}
