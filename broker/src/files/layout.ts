import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Schema } from '@meshdeck/shared';
import { makeFolder } from '@meshdeck/shared/runtime';

/** Where things lie: `ab/abcd…` whole files, `small/` the journal of small ones, `incoming/` nameless ones being written, `partial/` cut uploads. */
export interface FileLayout {
  dir: string;
  incoming: string;
  partial: string;
  small: string;
  whole(sha256: string): string;
  part(sha256: string): string;
}

/** Paths are made from checked hashes only, so no caller can walk out of the folder. */
export function fileLayout(dir: string): FileLayout {
  return {
    dir,
    incoming: join(dir, 'incoming'),
    partial: join(dir, 'partial'),
    small: join(dir, 'small'),
    whole(sha256) {
      const name = sha256Schema.parse(sha256);
      return join(dir, name.slice(0, 2), name);
    },
    part: (sha256) => join(dir, 'partial', sha256Schema.parse(sha256)),
  };
}

/** Makes the folders and drops what a crash left half written. Cut uploads stay: they can be continued. */
export async function prepareLayout(layout: FileLayout): Promise<void> {
  await rm(layout.incoming, { recursive: true, force: true });
  await makeFolder(layout.incoming);
  await makeFolder(layout.partial);
}

/** Every whole file's hash. */
export async function* wholeFiles(layout: FileLayout): AsyncGenerator<string> {
  for (const folder of await readdir(layout.dir)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await readdir(join(layout.dir, folder))) {
      if (sha256Schema.safeParse(name).success) yield name;
    }
  }
}

/** Makes a rename in this folder survive a power cut. Windows cannot open folders and needs it less. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
