import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

const left = new Set(['node_modules', 'dist']);

/**
 * Every file below a file or folder; nothing where it does not exist.
 *
 * @param {string} path @returns {Generator<string, void>}
 */
function* filesOf(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) if (!left.has(name)) yield* filesOf(join(path, name));
}

/** SHA-256 over the names and contents of a build step's sources. @param {readonly string[]} sources */
export function digestOf(sources) {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    for (const file of filesOf(join(root, source))) {
      hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** @param {string} file */
function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Runs `step` unless its output exists and its sources are the ones the last run saw.
 *
 * @param {{ stamp: string, sources: readonly string[], output: string, step: () => Promise<void> }} options
 */
export async function whenChanged({ stamp, sources, output, step }) {
  const file = join(root, stamp);
  const digest = digestOf(sources);
  const exists = statSync(join(root, output), { throwIfNoEntry: false }) !== undefined;
  if (exists && readStamp(file) === digest) return false;
  await step();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, digest);
  return true;
}
