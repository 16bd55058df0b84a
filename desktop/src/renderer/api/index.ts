import { createApiClient } from '@meshdeck/shared/api';
import { originKey } from '../state/origin-key.js';
import { session } from '../state/session.svelte.js';
import { createTransport } from './transport.js';
import { sendFile } from './upload.js';

/** Every call the pages make. All throw `MeshdeckError`. */
export const api = createApiClient(
  createTransport({
    fetch: (input, init) => fetch(input, init),
    sendFile,
    originKey,
    onUnauthorized: () => session.signedOut(),
  }),
);
