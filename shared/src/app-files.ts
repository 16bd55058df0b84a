import type { AppRuntime } from './app-manifest.js';

/** Endings of the files each runtime starts, as people write them; compared without case. */
export const entryEndings: Record<AppRuntime, readonly string[]> = {
  onnx: ['.onnx'],
  python: ['.py'],
  node: ['.mjs', '.js', '.cjs'],
  notebook: ['.ipynb'],
  shell: ['.sh'],
  r: ['.R'],
  julia: ['.jl'],
};

/** A file of one of these endings is an app by itself. */
export const singleAppEndings = ['.onnx', '.py', '.mjs', '.ipynb', '.sh', '.R', '.jl'] as const;

/** An app folder, packed. */
export const archiveEndings = ['.zip', '.tar.gz', '.tgz', '.tar'] as const;

export const endsIn = (name: string, endings: readonly string[]): boolean =>
  endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));

/** What starts a file of this name on its own; null where it is no app by itself. */
export function runtimeOfFile(name: string): AppRuntime | null {
  if (!endsIn(name, singleAppEndings)) return null;
  const found = Object.entries(entryEndings).find(([, endings]) => endsIn(name, endings));
  return (found?.[0] as AppRuntime | undefined) ?? null;
}
