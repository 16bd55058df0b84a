import {
  changedReading,
  cleanLine,
  MeshdeckError,
  toldWords,
  type AppView,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import type { Terminal } from '../terminal.js';
import type { ChosenApp } from './choose-app.js';
import { askedReading, type ReadingFlags } from './reading-options.js';

/** The call that keeps a reading. */
interface ReadingClient {
  apps: Pick<Api['apps'], 'remember'>;
}

/** @throws MeshdeckError `forbidden` where the app is not the caller's to change */
export async function putReading(
  client: ReadingClient,
  app: Pick<ChosenApp, 'ref' | 'words' | 'isOwn'>,
  reading: ReadingOptions,
): Promise<AppView> {
  try {
    return await client.apps.remember({ name: app.ref, body: reading });
  } catch (error) {
    // Whatever is not theirs is not there, says the hub; that it is, they have just seen.
    if (app.isOwn || !(error instanceof MeshdeckError) || error.code !== 'not-found') throw error;
    throw new MeshdeckError(
      'forbidden',
      `${app.words} is not yours to change, so nothing is remembered. Push the model to have an app of your own, or ask an operator.`,
      { cause: error },
    );
  }
}

/** Saves on the app what was said about the reading, where that was asked for. */
export async function rememberReading(
  client: ReadingClient,
  terminal: Pick<Terminal, 'note'>,
  app: ChosenApp,
  flags: ReadingFlags,
): Promise<void> {
  const asked = askedReading(flags);
  if (flags.remember !== true || asked === undefined) return;
  const { reading } = await putReading(client, app, changedReading(app.reading, asked));
  const said = cleanLine(toldWords(reading).join('; '));
  terminal.note(`${app.words} ${said === '' ? 'remembers nothing now' : `remembers: ${said}`}.`);
}
