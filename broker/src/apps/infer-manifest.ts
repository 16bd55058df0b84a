import {
  appManifestSchema,
  endsIn,
  entryEndings,
  manifestFileName,
  runtimeOfFile,
  type AppManifest,
  type AppRuntime,
} from '@meshdeck/shared';
import { appNameFrom } from './manifest.js';
import { invalid, shown } from './problems.js';
import type { PackageFile } from './unpacking.js';

const isConventional = (path: string): boolean => /^app\.(?:py|mjs|ipynb|sh|r|jl)$/i.test(path);

/** Files that other systems start, which people bring along: the likeliest first. */
const usualEntries =
  /^(?:main|index|run|predict|inference|train|model|script|__main__|notebook)\.(?:py|mjs|js|cjs|ipynb|sh|r|jl)$/i;

function runtimeOfEntry(path: string): AppRuntime | null {
  const found = Object.entries(entryEndings).find(([, endings]) => endsIn(path, endings));
  return (found?.[0] as AppRuntime | undefined) ?? null;
}

/** What its author may have meant to be started: what is usually called so, or the only script at the top. */
function likelyEntry(files: readonly PackageFile[]): { path: string; runtime: AppRuntime } | null {
  const scripts = files
    .map(({ path }) => path)
    .filter((path) => !path.includes('/') && runtimeOfEntry(path) !== null);
  const path =
    scripts.find((each) => usualEntries.test(each)) ?? (scripts.length === 1 ? scripts[0] : undefined);
  const runtime = path === undefined ? null : runtimeOfEntry(path);
  return path === undefined || runtime === null ? null : { path, runtime };
}

/** What to do where nothing has the name of an app's entry. */
function withoutEntry(files: readonly PackageFile[], name: string): string {
  const likely = likelyEntry(files);
  if (likely === null)
    return `The package has no ${manifestFileName}, and no .onnx model, app.py, app.mjs, app.ipynb, app.sh, app.R or app.jl to start by convention. Add one of them.`;
  const manifest = JSON.stringify({ name, runtime: likely.runtime, entry: likely.path });
  const ending = likely.path.slice(likely.path.lastIndexOf('.'));
  const convention = runtimeOfFile(likely.path) === null ? null : `rename it to app${ending}, or `;
  return `The package does not say what to start. If it is ${shown(likely.path)}, ${convention ?? ''}add ${manifestFileName} with ${manifest}.`;
}

/**
 * The manifest by naming convention: one `.onnx`, or `app.py`, `app.mjs` and the like; a single file is its own entry.
 * @throws MeshdeckError `app-invalid`
 */
export function inferManifest(files: readonly PackageFile[], fallbackName: string): AppManifest {
  const name = appNameFrom(fallbackName);
  const candidates = files
    .map(({ path }) => path)
    .filter((path) => /\.onnx$/i.test(path) || isConventional(path));
  const single = files.length === 1 ? runtimeOfFile(files[0]?.path ?? '') : null;
  const entry = single === null ? candidates[0] : files[0]?.path;
  const runtime = entry === undefined ? null : runtimeOfFile(entry);
  if (entry === undefined || runtime === null) throw invalid(withoutEntry(files, name));
  if (candidates.length > 1) {
    throw invalid(
      `The package has several files that could be started: ${candidates.slice(0, 5).map(shown).join(', ')}. Say which in a ${manifestFileName}, with "name", "runtime" and "entry".`,
    );
  }
  return appManifestSchema.parse({ name, runtime, entry });
}
