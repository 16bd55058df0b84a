import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Tells programs on this machine where the running hub answers: `hub-address.json` in its data folder. */
export async function writeHubAddress(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'hub-address.json');
  await writeFile(`${file}.new`, JSON.stringify({ url }), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return () => rm(file, { force: true });
}
