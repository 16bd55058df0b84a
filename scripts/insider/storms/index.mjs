import { liveStorms } from './live.mjs';
import { lookStorms } from './looks.mjs';
import { sendingStorms } from './sendings.mjs';
import { strangerStorms } from './strangers.mjs';
import { thingStorms } from './things.mjs';

/** What one account, one key or one credential can do on purpose, each for some seconds. @type {Record<string, import('./storm.mjs').Storm>} */
export const storms = { ...liveStorms, ...lookStorms, ...sendingStorms, ...strangerStorms, ...thingStorms };
