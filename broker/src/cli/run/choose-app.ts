import { MeshdeckError, appNameSchema, type FileReference, type ReadingOptions } from '@meshdeck/shared';
import type { ApiClient } from '../api/api-client.js';
import { packApp } from './pack-app.js';

export interface ChosenApp {
  name: string;
  version: string;
  title: string;
  /** What it remembers of how its tables are to be read. */
  reading: ReadingOptions;
  /** The sample's own table. */
  input?: FileReference;
}

async function appInRepository(client: ApiClient, name: string): Promise<ChosenApp | null> {
  try {
    const { version, title, reading } = await client.app(name);
    return { name, version, title, reading };
  } catch (error) {
    if (error instanceof MeshdeckError && error.code === 'not-found') return null;
    throw error;
  }
}

export async function prepareSample(client: ApiClient, name: string): Promise<ChosenApp> {
  const { app, input } = await client.prepareSample(name);
  return { name: app.name, version: app.version, title: app.title, reading: app.reading, input };
}

/**
 * What to run: a file or folder here is pushed; else an app already in the repository, else a sample of that name.
 *
 * @throws MeshdeckError `not-found` where it is none of them
 */
export async function chooseApp(client: ApiClient, what: string, signal: AbortSignal): Promise<ChosenApp> {
  const packed = await packApp(what);
  if (packed !== null) {
    const { name, version, title, reading } = await client.pushApp({ ...packed, signal });
    return { name, version, title, reading };
  }
  if (appNameSchema.safeParse(what).success) {
    const app = await appInRepository(client, what);
    if (app !== null) return app;
    const samples = await client.samples();
    if (samples.some(({ name }) => name === what)) return prepareSample(client, what);
  }
  throw new MeshdeckError(
    'not-found',
    `There is no file or folder ${what} here and no app of that name. See "meshdeck apps list" and "meshdeck samples list".`,
  );
}
