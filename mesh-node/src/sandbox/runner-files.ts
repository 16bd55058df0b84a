import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { programPaths } from './runtime-paths.js';

/** What the ONNX runner imports from outside its own folder. */
const packages = ['onnxruntime-node', '@meshdeck/shared'];

/** The nearest folder above with a package.json, or the module's own folder. */
function packageOf(module: string): string {
  for (let folder = dirname(module); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return dirname(module);
  }
}

/** Where the files of a program of ours lie: Node's, its package's, and those of the packages it imports. */
export function runnerFiles(module: string): string[] {
  const own = packageOf(realpathSync(module));
  const require = createRequire(module);
  const searched = (require.resolve.paths('any') ?? []).filter((path) => existsSync(path));
  const linked = packages.flatMap((name) =>
    searched.flatMap((path) => {
      const place = join(path, name);
      return existsSync(place) ? [realpathSync(place)] : [];
    }),
  );
  return [...new Set([...programPaths(), own, ...searched, ...linked])];
}
