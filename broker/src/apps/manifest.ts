import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  appManifestSchema,
  endsIn,
  entryEndings,
  manifestFileName,
  type AppManifest,
} from '@meshdeck/shared';
import { schemaSentence } from '../http/schema-sentence.js';
import { invalid, shown } from './problems.js';
import type { PackageFile } from './unpacking.js';

const maxManifestBytes = 1024 * 1024;

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
  const allowed = entryEndings[manifest.runtime];
  if (!endsIn(manifest.entry, allowed)) {
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
    return JSON.parse(text.replace(/^\uFEFF/, ''), (key, value: unknown) => {
      // It would be passed over without a word.
      if (key === '__proto__') throw new SyntaxError('"__proto__" is no name');
      return value;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`${manifestFileName} is not valid JSON: ${reason}.`, error);
  }
}

function requireFile(files: readonly PackageFile[], key: string, path: string): void {
  if (files.some((file) => file.path === path)) return;
  throw invalid(`In ${manifestFileName}, ${key} names ${shown(path)}, which is not in the package.`);
}

/** `My Model (2).onnx` -> `my-model-2` */
export function appNameFrom(fileName: string): string {
  const slug = fileName
    .replace(/\.(onnx|py|mjs|ipynb|sh|r|jl|zip|tar|tgz|tar\.gz)$/i, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'app' : slug;
}
