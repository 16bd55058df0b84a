import { fileURLToPath } from 'node:url';

/** The checkout's top folder, absolute, with a trailing separator cut. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
