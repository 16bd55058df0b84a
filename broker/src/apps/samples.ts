import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  MeshdeckError,
  appManifestSchema,
  appNameSchema,
  manifestFileName,
  type AppManifest,
  type PreparedSample,
  type SampleView,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import type { AppRepository } from './app-repository.js';

export interface Samples {
  list(): Promise<SampleView[]>;
  /** Pushes the sample's folder and stores its table. @throws MeshdeckError `not-found` */
  prepare(name: string): Promise<PreparedSample>;
}

interface Sample {
  folder: string;
  manifest: AppManifest;
  input: string;
}

/** The apps that ship with Meshdeck: every folder in `dir` whose manifest names a sample table. */
export function createSamples(options: {
  dir: string;
  repository: Pick<AppRepository, 'pushSample'>;
  files: Pick<FileStore, 'put'>;
  logger: Logger;
}): Samples {
  const { dir, repository, files, logger } = options;

  async function read(folder: string): Promise<Sample | null> {
    const text = await readFile(join(folder, manifestFileName), 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      const manifest = appManifestSchema.parse(JSON.parse(text));
      return manifest.sample === undefined
        ? null
        : { folder, manifest, input: join(folder, manifest.sample.input) };
    } catch (error) {
      logger.error({ folder: basename(folder), error: String(error) }, 'sample app left out');
      return null;
    }
  }

  async function all(): Promise<Sample[]> {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter(
      (entry) => entry.isDirectory() && appNameSchema.safeParse(entry.name).success,
    );
    const samples = await Promise.all(folders.map((entry) => read(join(dir, entry.name))));
    return samples.filter((sample) => sample !== null);
  }

  return {
    async list() {
      const views = (await all()).map(async ({ manifest, input }): Promise<SampleView> => ({
        name: manifest.name,
        title: manifest.title ?? manifest.name,
        description: manifest.description ?? '',
        runtime: manifest.runtime,
        inputName: basename(input),
        inputBytes: (await stat(input)).size,
      }));
      const settled = await Promise.allSettled(views);
      return settled
        .flatMap((view) => (view.status === 'fulfilled' ? [view.value] : []))
        .sort((a, b) => a.title.localeCompare(b.title));
    },
    async prepare(name) {
      const sample = (await all()).find(({ manifest }) => manifest.name === name);
      if (sample === undefined) throw new MeshdeckError('not-found', `There is no sample app "${name}".`);
      const app = await repository.pushSample(sample.folder);
      const input = await files.put(createReadStream(sample.input), { name: basename(sample.input) });
      return { app, input };
    },
  };
}
