import { fileURLToPath } from 'node:url';

/** The checkout's top folder, absolute, without a separator at its end. The same from src/ and from dist/. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
