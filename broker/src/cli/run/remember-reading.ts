import { changedReading, toldWords } from '@meshdeck/shared';
import type { ApiClient } from '../api/api-client.js';
import type { Terminal } from '../terminal.js';
import { safeText } from '../text/safe-text.js';
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
  const { reading } = await client.rememberReading(app.name, changedReading(app.reading, asked));
  const said = safeText(toldWords(reading).join('; '));
  terminal.note(said === '' ? `${app.name} remembers nothing now.` : `${app.name} remembers: ${said}.`);
}
