import { closeSync, openSync } from 'node:fs';
import type { ModelFactsView } from '@meshdeck/shared';
import { describeModel, readModelFile } from '@meshdeck/shared/onnx';
import { findInBundle } from './bundle-file.js';
import { createFileBytes } from './file-bytes.js';
import { readSkeleton, SkeletonTooLargeError } from './model-skeleton.js';

/** A model's file inside an app's bundle. */
export interface ModelPlace {
  bundlePath: string;
  entry: string;
}

/** What was found out, or why nothing was. */
export type ModelDescription = { bytes: number } & (
  { facts: ModelFactsView; problem: null } | { facts: null; problem: string }
);

const damaged = 'The file is damaged, or no ONNX model: its graph cannot be read. Export it again.';
const tooLarge =
  'The model’s graph is too large to be shown here, even without its weights. It may run all the same.';

/** Reads a model as far as it can be told in words. Blocks: it is for a thread of its own. */
export function describeFile({ bundlePath, entry }: ModelPlace): ModelDescription {
  const descriptor = openSync(bundlePath, 'r');
  let bytes = 0;
  try {
    const place = findInBundle(descriptor, entry);
    if (place === null)
      return {
        bytes,
        facts: null,
        problem: 'The model is not in the app’s bundle any more. Push the app again.',
      };
    ({ bytes } = place);
    const skeleton = readSkeleton(createFileBytes(descriptor, place.start, place.bytes));
    const model = readModelFile(skeleton);
    if (model === undefined) return { bytes, facts: null, problem: damaged };
    return { bytes, facts: describeModel(skeleton, model), problem: null };
  } catch (error) {
    // Whatever a crafted file leads to (a length behind its end, graphs in graphs without end) is the file's fault.
    return { bytes, facts: null, problem: error instanceof SkeletonTooLargeError ? tooLarge : damaged };
  } finally {
    closeSync(descriptor);
  }
}
