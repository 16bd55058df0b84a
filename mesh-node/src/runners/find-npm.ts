import { access, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';

/** npm's own program file, to be run by this Node without a shell; null where there is none. */
export async function findNpm(
  execPath = process.execPath,
  searchPath = process.env['PATH'] ?? '',
): Promise<string | null> {
  const beside = dirname(execPath);
  const cli = ['node_modules', 'npm', 'bin', 'npm-cli.js'];
  const links = searchPath
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'npm'));
  for (const path of [join(beside, ...cli), join(beside, '..', 'lib', ...cli), ...links]) {
    try {
      await access(path);
      const real = await realpath(path);
      if (basename(real) === 'npm-cli.js') return real;
    } catch {
      continue; // not there
    }
  }
  return null;
}
