import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { create } from 'tar';
import { readLeftOut } from './left-out.js';
import { requireWholeApp } from './sibling-imports.js';

/** A package on its way to the hub: a file as it is, a folder packed as it is read. */
export interface PackedApp {
  filename: string;
  body: Readable;
  /** What a person should know of what is not sent: sentences. */
  notes: string[];
}

/** Everybody's file has one of these names; the folder around it says which one it is. */
const sayingNothing = /^(app|main|model|index)(\.(?:py|mjs|onnx|ipynb|sh|r|jl))$/i;

function fileNameOf(path: string): string {
  const name = basename(path);
  const folder = basename(dirname(path));
  const [, , extension] = sayingNothing.exec(name) ?? [];
  return extension === undefined || folder === '' ? name : `${folder}${extension}`;
}

const notSent = (name: string) =>
  `${name} stays here: what it holds is for this computer. Give a job its variables by --env and --secret.`;

/**
 * null where there is nothing at `path`.
 * @throws MeshdeckError `app-invalid`: a script that needs what lies beside it
 */
export async function packApp(path: string): Promise<PackedApp | null> {
  const entry = await stat(path).catch(() => null);
  if (entry === null) return null;
  if (!entry.isDirectory()) {
    await requireWholeApp(resolve(path));
    return { filename: fileNameOf(resolve(path)), body: createReadStream(path), notes: [] };
  }
  const { isLeftOut, variablesFiles } = await readLeftOut(path);
  const pack = create(
    {
      cwd: path,
      gzip: { level: 1 },
      portable: true,
      filter: (inside, entry) => !isLeftOut(inside, 'isDirectory' in entry && entry.isDirectory()),
    },
    ['.'],
  );
  return {
    filename: `${basename(resolve(path))}.tar.gz`,
    body: Readable.from(pack),
    notes: variablesFiles.map(notSent),
  };
}
