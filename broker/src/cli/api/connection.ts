import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { defaultDataDir, type Environment } from '../../config/index.js';
import { isCutOff } from './cut-off.js';
import { untrusted } from './untrusted.js';

/** Where the hub is and what lets us in. */
export interface Connection {
  url: string;
  token: string;
  /** SHA-256 of the certificate that alone is believed, 64 hex digits; null: one that an authority vouches for. */
  fingerprint: string | null;
}

const hubAddressSchema = z.object({ url: z.url() });

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new MeshdeckError(
        'unauthorized',
        `The hub's data folder belongs to someone else: ${file} cannot be read. Run this as the hub's own user.`,
        { cause: error },
      );
    }
    return null;
  }
}

const notRunning = (dataDir: string) =>
  new MeshdeckError(
    'hub-unreachable',
    `No hub is running with the data folder ${dataDir}. Start one with "meshdeck hub", or name another with --hub or --data.`,
  );

/** As browsers and the hub's Settings show it, with or without colons. @throws MeshdeckError `invalid-request` */
function parseFingerprint(text: string | undefined): string | null {
  const digits = (text ?? '').replace(/[:\s]/g, '').toLowerCase();
  if (digits === '' || /^[\da-f]{64}$/.test(digits)) return digits || null;
  throw new MeshdeckError(
    'invalid-request',
    "That is no SHA-256 fingerprint: it has 64 hex digits, with or without colons. The hub's Settings page shows it.",
  );
}

/** As `URL` spells them: `http://0x7f.1` is 127.0.0.1 there. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Over plain HTTP everybody on the way would read the key, and answer in the hub's place. */
function refusePlain(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || loopback.test(hostname)) return;
  throw new MeshdeckError(
    'invalid-request',
    `Plain http to another computer would show your key to everybody on the way; nothing was sent. Use --hub https://${hostname}:7443 with --fingerprint, the SHA-256 that the hub's Settings page and "meshdeck status" there show.`,
  );
}

function remote(url: string, given: string | undefined, env: Environment): Connection {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new MeshdeckError(
      'invalid-request',
      `"${url}" is no address of a hub; give one such as https://HUB:7443, or http://127.0.0.1:7420 on its own computer.`,
    );
  }
  refusePlain(url);
  const token = env.MESHDECK_TOKEN ?? '';
  if (token === '') {
    throw new MeshdeckError(
      'unauthorized',
      `The hub at ${url} asks who you are: set MESHDECK_TOKEN to an API key of yours, made on its Account page.`,
    );
  }
  const fingerprint = parseFingerprint(given ?? env.MESHDECK_FINGERPRINT);
  return { url: url.replace(/\/+$/, ''), token, fingerprint };
}

/**
 * Reads the connection anew at every call, so that a hub that came back on another port is found again: from `--hub` and
 * MESHDECK_TOKEN, else from the data folder of the hub on this machine.
 */
export function createConnection({
  hub,
  fingerprint,
  data,
  env,
}: {
  hub?: string | undefined;
  fingerprint?: string | undefined;
  data?: string | undefined;
  env: Environment;
}): { resolve(): Connection; unreachable(cause: unknown): MeshdeckError } {
  const dataDir = data ?? (env.MESHDECK_DATA || defaultDataDir());
  // A data folder asked for by flag is nearer than a hub named in the environment.
  const url = hub ?? (data === undefined ? env.MESHDECK_HUB || undefined : undefined);
  return {
    resolve() {
      if (url !== undefined) return remote(url, fingerprint, env);
      const address = hubAddressSchema.safeParse(parseJson(read(join(dataDir, 'hub-address.json'))));
      const token = read(join(dataDir, 'token'));
      if (!address.success || token === null || token === '') throw notRunning(dataDir);
      return { url: address.data.url.replace(/\/+$/, ''), token, fingerprint: null };
    },
    unreachable(cause) {
      const distrusted = untrusted(cause, url ?? '');
      if (distrusted !== null) return distrusted;
      if (isCutOff(cause)) {
        return new MeshdeckError(
          'hub-unreachable',
          `The hub ${url === undefined ? `with the data folder ${dataDir}` : `at ${url}`} is there but ended the call without an answer. It may be stopping, stand still, or have as many files and connections open as its computer allows (its log says EMFILE then; raise "ulimit -n"). Try again in a moment.`,
          { cause },
        );
      }
      if (url === undefined)
        return new MeshdeckError('hub-unreachable', notRunning(dataDir).message, { cause });
      return new MeshdeckError(
        'hub-unreachable',
        `No hub answers at ${url}. Check the address, and that "meshdeck hub" runs there.`,
        { cause },
      );
    },
  };
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

export type ConnectionSource = ReturnType<typeof createConnection>;
