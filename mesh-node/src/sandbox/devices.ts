import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Device files of the graphics cards, and the groups that may open them. */
export function gpuDevices(folder = '/dev'): { paths: string[]; groups: number[] } {
  const names = readdirSync(folder).filter((name) => /^(nvidia.*|dri|kfd)$/.test(name));
  const paths = names.map((name) => join(folder, name));
  const files = paths.flatMap((path) =>
    statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
  );
  const groups = files.map((path) => statSync(path)).filter((facts) => facts.isCharacterDevice());
  return { paths, groups: [...new Set(groups.map(({ gid }) => gid))].filter((gid) => gid !== 0) };
}
