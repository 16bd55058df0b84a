import {
  MeshdeckError,
  appRefSchema,
  type AppView,
  type FileReference,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import { appWords, whoseSentence } from '../views/whose-app.js';
import { packApp } from './pack-app.js';

export interface ChosenApp {
  /** Names this app and no other. */
  ref: string;
  version: string;
  title: string;
  /** It and whose it is, as a sentence begins. */
  words: string;
  isOwn: boolean;
  /** What it remembers of how its tables are to be read. */
  reading: ReadingOptions;
  /** Whose it is, in words, where it was named and is neither the caller's own nor the lab's. */
  whose?: string;
  /** The sample's own table. */
  input?: FileReference;
}

export function chosen(app: AppView): ChosenApp {
  const { ref, version, title, reading, whose } = app;
  return { ref, version, title, reading, words: appWords(app), isOwn: whose === 'yours' };
}

/** The calls that find an app. */
interface AppClient {
  apps: Pick<Api['apps'], 'get' | 'push'>;
  samples: Api['samples'];
}

async function appInRepository(client: AppClient, ref: string): Promise<ChosenApp | MeshdeckError> {
  try {
    const app = await client.apps.get({ name: ref });
    const whose = whoseSentence(app);
    return { ...chosen(app), ...(whose !== undefined && { whose }) };
  } catch (error) {
    if (error instanceof MeshdeckError && error.code === 'not-found') return error;
    throw error;
  }
}

export async function prepareSample(client: AppClient, name: string): Promise<ChosenApp> {
  const { app, input } = await client.samples.prepare({ name });
  return { ...chosen(app), input };
}

/**
 * What to run: a file or folder here is pushed; else an app that is the caller's own, the lab's, or a sample, by its name;
 * else somebody else's, by `OWNER/NAME`.
 *
 * @throws MeshdeckError `not-found` where it is none of them
 */
export async function chooseApp(
  client: AppClient,
  what: string,
  { signal, note }: { signal: AbortSignal; note: (sentence: string) => void },
): Promise<ChosenApp> {
  const packed = await packApp(what);
  packed?.notes.forEach(note);
  if (packed !== null)
    return chosen(
      await client.apps.push({ filename: packed.filename, body: { stream: packed.body } }, { signal }),
    );
  if (!appRefSchema.safeParse(what).success) {
    throw new MeshdeckError(
      'not-found',
      `There is no file or folder ${what} here, and no app is called so. See "meshdeck apps list" and "meshdeck samples list".`,
    );
  }
  const app = await appInRepository(client, what);
  if (!(app instanceof MeshdeckError)) return app;
  const sample = what.replace(/^samples\//, '');
  const { samples } = await client.samples.list();
  if (samples.some(({ name }) => name === sample)) {
    const prepared = await prepareSample(client, sample);
    return { ...prepared, whose: `${sample} is the sample that came with Meshdeck.` };
  }
  throw new MeshdeckError(
    'not-found',
    `There is no file or folder ${what} here. ${app.message} "meshdeck samples list" shows the samples.`,
  );
}
