import { MeshdeckError, type ModelView, type PersonId } from '@meshdeck/shared';
import { createLruMap } from '@meshdeck/shared/runtime';
import type { AppRepository, ResolvedApp } from '../apps/index.js';
import type { FileStore } from '../files/types.js';
import type { ModelDescription } from './describe-file.js';
import type { ModelReader } from './model-reader.js';

/** What is in the models of apps. */
export interface ModelApi {
  /**
   * The version asked for, else the newest. What cannot be looked into says so in the view.
   * @throws MeshdeckError `not-found`; `invalid-request` for a program; `too-many-requests`
   */
  describe(
    ref: string,
    wanted?: { version?: string | undefined; personId?: PersonId | undefined },
  ): Promise<ModelView>;
}

const mostRemembered = 100;

/** What is in the models of apps; a bundle never changes, so each is looked into once. */
export function createModelApi(options: {
  apps: Pick<AppRepository, 'resolve'>;
  files: Pick<FileStore, 'locate'>;
  reader: ModelReader;
}): ModelApi {
  const known = createLruMap<string, Promise<ModelDescription>>(mostRemembered);

  async function look({ bundle, manifest }: ResolvedApp): Promise<ModelDescription> {
    const bundlePath = await options.files.locate(bundle.sha256);
    return options.reader.describe({ bundlePath, entry: manifest.entry });
  }

  function descriptionOf(app: ResolvedApp): Promise<ModelDescription> {
    const key = `${app.bundle.sha256} ${app.manifest.entry}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const looking = look(app);
    known.set(key, looking);
    // What failed for want of room or time may go well next time.
    looking.then(
      ({ facts }) => facts === null && known.delete(key),
      () => known.delete(key),
    );
    return looking;
  }

  return {
    async describe(ref, wanted): Promise<ModelView> {
      const app = await options.apps.resolve(ref, wanted);
      if (app.manifest.runtime !== 'onnx') {
        throw new MeshdeckError(
          'invalid-request',
          `"${app.name}" is a program (${app.manifest.runtime}) and no model: what it takes and gives, only its author can say.`,
        );
      }
      const description = await descriptionOf(app);
      return { app: app.ref, version: app.version, file: app.manifest.entry, ...description };
    },
  };
}
