import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false; // missing, or not ours to run: either way there is nothing to start here
  }
}

/**
 * The absolute path of a program on PATH, or null. Relative PATH entries are skipped, so that the folder the agent
 * happens to run in cannot put a program in place of the real one.
 */
export async function findOnPath(name: string, env: Environment = process.env): Promise<string | null> {
  const windows = process.platform === 'win32';
  const extensions = windows ? (env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  // Windows calls it `Path`; only process.env itself folds the case.
  const folders = (env.PATH ?? env.Path ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    for (const extension of extensions) {
      const file = path.join(folder, `${name}${extension}`);
      if (await isExecutable(file)) return file;
    }
  }
  return null;
}
