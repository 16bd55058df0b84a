import { statSync } from 'node:fs';
import { MeshdeckError } from '@meshdeck/shared';
import { createLruMap } from '@meshdeck/shared/runtime';
import { loadModel, type LoadedModel } from './load-model.js';

export interface ModelCache {
  /** The model at `path`, loaded now or before; `loadMs` is 0 when it was. @throws as `loadModel`. */
  get(path: string): Promise<{ model: LoadedModel; loadMs: number }>;
}

/** Keeps the `size` models used last, so a run of the same model starts at once. */
export function createModelCache({ size, threads }: { size: number; threads: number }): ModelCache {
  const models = createLruMap<string, LoadedModel>(size);
  return {
    async get(path) {
      const version = fileVersion(path);
      const known = models.get(version);
      if (known !== undefined) return { model: known, loadMs: 0 };
      // Its memory is free before the next one takes some.
      if (models.size >= size) await models.takeOldest()?.[1].session.release();
      const model = await loadModel({ path, threads });
      models.set(version, model);
      return { model, loadMs: model.loadMs };
    },
  };
}

/** The path with what changes when another file takes its place. Nothing else goes on in this process meanwhile. */
function fileVersion(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${path}\n${size}\n${mtimeMs}`;
  } catch (error) {
    throw new MeshdeckError('not-found', 'The model file is not there any more.', { cause: error });
  }
}
