import type { Readable } from 'node:stream';
import type { AttemptId, FileReference } from '@meshdeck/shared';
import type { Welcome } from '../join/handshake.js';
import { downloadFile, downloadTail } from './download.js';
import { fetchSecrets } from './fetch-secrets.js';
import { createHubEndpoint, type HubEndpoint } from './request.js';
import { uploadFile } from './upload.js';
import { nameAhead, uploadAhead } from './upload-ahead.js';

/** How long a fetch goes on without a byte; a finished result waits for the hub as long as it takes. */
const fetchPatienceMs = 120_000;

/** File transfers with whichever address the hub has now; while it is away they wait. */
export interface HubFiles {
  connected: (welcome: Welcome) => void;
  disconnected: () => void;
  /** `onBytes` hears how much of it is there; less than before where it is begun anew. */
  download: (
    file: FileReference,
    partPath: string,
    signal: AbortSignal,
    onBytes?: (bytes: number) => void,
  ) => Promise<void>;
  /** The last `bytes` of a file, tried once. */
  downloadTail: (file: FileReference, bytes: number, signal: AbortSignal) => Promise<Buffer>;
  upload: (file: FileReference, path: string, signal: AbortSignal) => Promise<void>;
  /** A result of which the hash is not known yet, tried once. */
  uploadAhead: (attemptId: AttemptId, body: Readable, signal: AbortSignal) => Promise<void>;
  nameAhead: (attemptId: AttemptId, sha256: string, signal: AbortSignal) => Promise<void>;
  /** The secrets of an attempt, by name: over the hub's own connection, and kept nowhere. */
  secrets: (attemptId: AttemptId, signal: AbortSignal) => Promise<Record<string, string>>;
  close: () => void;
}

export function createHubFiles(): HubFiles {
  let endpoint: HubEndpoint | undefined;
  const waiting = new Set<(endpoint: HubEndpoint) => void>();

  function whenConnected(signal: AbortSignal): Promise<HubEndpoint> {
    if (endpoint !== undefined) return Promise.resolve(endpoint);
    return new Promise((resolve, reject) => {
      const go = (next: HubEndpoint) => {
        signal.removeEventListener('abort', leave);
        resolve(next);
      };
      const leave = () => {
        waiting.delete(go);
        reject(signal.reason as Error);
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(go);
    });
  }

  return {
    connected(welcome) {
      const next = createHubEndpoint(welcome.address, welcome.tls);
      endpoint = next;
      for (const go of waiting) go(next);
      waiting.clear();
    },
    disconnected() {
      endpoint?.agent.destroy();
      endpoint = undefined;
    },
    download: (file, partPath, signal, onBytes) =>
      downloadFile({ endpoint: whenConnected, file, partPath, signal, patienceMs: fetchPatienceMs, onBytes }),
    downloadTail: (file, bytes, signal) => downloadTail({ endpoint: whenConnected, file, bytes, signal }),
    upload: (file, path, signal) =>
      uploadFile({ endpoint: whenConnected, file, path, signal, patienceMs: Infinity }),
    uploadAhead: (attemptId, body, signal) =>
      uploadAhead({ endpoint: whenConnected, attemptId, body, signal }),
    nameAhead: (attemptId, sha256, signal) =>
      nameAhead({ endpoint: whenConnected, attemptId, sha256, signal }),
    secrets: (attemptId, signal) =>
      fetchSecrets({ endpoint: whenConnected, attemptId, signal, patienceMs: fetchPatienceMs }),
    close() {
      endpoint?.agent.destroy();
    },
  };
}
