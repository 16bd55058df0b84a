import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { appManifestSchema, manifestFileName, type AppManifest, type AppRuntime } from '@meshdeck/shared';
import { schemaSentence } from '../http/schema-sentence.js';
import { invalid, shown } from './problems.js';
import type { PackageFile } from './unpacking.js';

const maxManifestBytes = 1024 * 1024;

/** Which file endings a runtime starts. */
const endings: Record<AppRuntime, readonly string[]> = {
  onnx: ['.onnx'],
  python: ['.py'],
  node: ['.mjs', '.js', '.cjs'],
};

/** The package's own manifest, checked. @throws MeshdeckError `app-invalid`, naming the key */
export async function readManifest(root: string, files: readonly PackageFile[]): Promise<AppManifest> {
  const path = join(root, manifestFileName);
  if ((await stat(path)).size > maxManifestBytes) throw invalid(`${manifestFileName} is larger than 1 MiB.`);
  const parsed = appManifestSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) {
    throw invalid(
      `In ${manifestFileName}, ${schemaSentence(parsed.error.issues, 'the manifest')}.`,
      parsed.error,
    );
  }
  const manifest = parsed.data;
  requireFile(files, 'entry', manifest.entry);
  if (manifest.sample !== undefined) requireFile(files, 'sample.input', manifest.sample.input);
  const allowed = endings[manifest.runtime];
  if (!allowed.some((ending) => manifest.entry.toLowerCase().endsWith(ending))) {
    throw invalid(
      `In ${manifestFileName}, entry is ${shown(manifest.entry)}, but the runtime "${manifest.runtime}" starts ${allowed.join(' or ')} files.`,
    );
  }
  if (manifest.runtime === 'onnx' && manifest.params !== undefined) {
    throw invalid(
      `In ${manifestFileName}, params is set, but a model (the runtime "onnx") takes no parameters. Leave it out.`,
    );
  }
  return manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`${manifestFileName} is not valid JSON: ${reason}.`, error);
  }
}

function requireFile(files: readonly PackageFile[], key: string, path: string): void {
  if (files.some((file) => file.path === path)) return;
  throw invalid(`In ${manifestFileName}, ${key} names ${shown(path)}, which is not in the package.`);
}

/** The manifest by naming convention: one `.onnx`, or `app.py`, or `app.mjs`. @throws MeshdeckError `app-invalid` */
export function inferManifest(files: readonly PackageFile[], fallbackName: string): AppManifest {
  const candidates = files
    .map(({ path }) => path)
    .filter((path) => /\.onnx$/i.test(path) || isConventional(path));
  const single = files.length === 1 ? runtimeOf(files[0]?.path ?? '') : null;
  const entry = single === null ? candidates[0] : files[0]?.path;
  const runtime = entry === undefined ? null : runtimeOf(entry);
  if (entry === undefined || runtime === null) {
    throw invalid(
      `The package has no ${manifestFileName}, and no .onnx model, app.py or app.mjs to start by convention. Add one of them.`,
    );
  }
  if (candidates.length > 1) {
    throw invalid(
      `The package has several files that could be started: ${candidates.slice(0, 5).map(shown).join(', ')}. Say which in a ${manifestFileName}, with "name", "runtime" and "entry".`,
    );
  }
  return appManifestSchema.parse({ name: appNameFrom(fallbackName), runtime, entry });
}

const isConventional = (path: string): boolean => path === 'app.py' || path === 'app.mjs';

function runtimeOf(path: string): AppRuntime | null {
  if (/\.onnx$/i.test(path)) return 'onnx';
  if (/\.py$/i.test(path)) return 'python';
  return /\.mjs$/i.test(path) ? 'node' : null;
}

/** `My Model (2).onnx` -> `my-model-2` */
export function appNameFrom(fileName: string): string {
  const slug = fileName
    .replace(/\.(onnx|py|mjs|zip|tar|tgz|tar\.gz)$/i, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'app' : slug;
}
