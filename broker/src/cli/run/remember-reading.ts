import { changedReading, cleanLine, toldWords } from '@meshdeck/shared';
import type { ApiClient } from '../api/api-client.js';
import type { Terminal } from '../terminal.js';
import type { ChosenApp } from './choose-app.js';
import { askedReading, type ReadingFlags } from './reading-options.js';

/** Saves on the app what was said about the reading, where that was asked for. */
export async function rememberReading(
  client: ApiClient,
  terminal: Pick<Terminal, 'note'>,
  app: ChosenApp,
  flags: ReadingFlags,
): Promise<void> {
  const asked = askedReading(flags);
  if (flags.remember !== true || asked === undefined) return;
  const { reading } = await client.rememberReading(app.ref, changedReading(app.reading, asked));
  const said = cleanLine(toldWords(reading).join('; '));
  terminal.note(
    said === '' ? `Nothing is remembered for ${app.words} now.` : `For ${app.words} is remembered: ${said}.`,
  );
}
