import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { agentPackageSchema, MeshdeckError, type AgentPackageFacts } from '@meshdeck/shared';
import { extract } from 'tar';
import { createHubEndpoint, refusalOf, sendRequest, type HubEndpoint } from '../hub/request.js';
import { runProgram } from '../inventory/run-program.js';
import { callHub } from '../join/call-hub.js';
import { findHub } from '../join/find-hub.js';
import { platform } from '../join/hello.js';
import { parseAddress, type HubAddress } from '../join/hub-address.js';
import type { HubPin } from '../join/hub-pin.js';
import type { Identity } from '../join/identity.js';
import { trustedTls, type TrustedTls } from '../join/trusted-tls.js';

/** The agent that this machine's own hub hands out, over a connection that trusts that hub's key alone. */
export interface HubPackage {
  facts: AgentPackageFacts;
  /** Fetches and checks it, and unpacks it to `folder`, whole or not at all. */
  unpackTo: (folder: string) => Promise<void>;
}

/** @throws MeshdeckError `hub-unreachable`, `hub-key-changed`, or the hub's own refusal */
export async function askForPackage(options: {
  pin: HubPin;
  identity: Identity;
  /** Another address than the ones it was met at. */
  hub: string | undefined;
  signal: AbortSignal;
}): Promise<HubPackage> {
  const { pin, identity, signal } = options;
  const written = [...(options.hub === undefined ? [] : [options.hub]), ...pin.addresses];
  const candidates = written.map((text) => ({ address: parseAddress(text), source: 'last' as const }));
  const found = await findHub({ candidates, wantedFingerprint: pin.fingerprint, signal });
  const tls = trustedTls(identity, found.certificatePem);
  const facts = await askFacts(found.address, tls, pin.hubName, signal);
  return {
    facts,
    async unpackTo(folder) {
      const endpoint = createHubEndpoint(found.address, tls);
      try {
        await unpack({ endpoint, facts, folder, signal });
      } finally {
        endpoint.agent.destroy();
      }
    },
  };
}

async function askFacts(
  address: HubAddress,
  tls: TrustedTls,
  hubName: string,
  signal: AbortSignal,
): Promise<AgentPackageFacts> {
  const path = `/agent/v1/package?platform=${platform}`;
  try {
    return await callHub({
      ...{ address, tls, signal, path, method: 'GET', answer: agentPackageSchema },
      timeoutMs: 60_000,
    });
  } catch (error) {
    const isOfBefore = error instanceof MeshdeckError && error.message.includes('nothing here for machines');
    if (!isOfBefore) throw error;
    throw new MeshdeckError(
      'not-found',
      `${hubName} is of a version that hands out no updates to machines. Update the hub, or paste its line here again.`,
      { cause: error },
    );
  }
}

async function fetchFile(
  endpoint: HubEndpoint,
  path: string,
  wanted: { sha256: string; bytes: number },
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await sendRequest(endpoint, { method: 'GET', path, signal });
  if (response.statusCode !== 200) throw await refusalOf(response);
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > wanted.bytes ? new Error('more arrives than the hub said') : null, chunk);
    },
  });
  await pipeline(response, measured, createWriteStream(to, { mode: 0o600 }), { signal });
  if (hash.digest('hex') === wanted.sha256) return;
  throw new MeshdeckError(
    'hash-mismatch',
    'What arrived is not what the hub has. Nothing was changed; try again.',
  );
}

async function unpack(options: {
  endpoint: HubEndpoint;
  facts: AgentPackageFacts;
  folder: string;
  signal: AbortSignal;
}): Promise<void> {
  const { endpoint, facts, folder, signal } = options;
  const next = `${folder}.new`;
  const archive = join(next, 'archive.tar.gz');
  await rm(next, { recursive: true, force: true });
  try {
    await mkdir(next, { recursive: true, mode: 0o755 });
    await fetchFile(endpoint, '/agent/v1/package/agent.tar.gz', facts, archive, signal);
    await extract({ file: archive, cwd: next });
    if (facts.onnx !== null) {
      const path = `/agent/v1/package/onnx.tar.gz?platform=${platform}`;
      await fetchFile(endpoint, path, facts.onnx, archive, signal);
      await extract({ file: archive, cwd: next });
    }
    await rm(archive, { force: true });
    await tryOut(join(next, 'cli.js'), facts.version);
    await rm(folder, { recursive: true, force: true });
    await rename(next, folder);
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw error;
  }
}

/** What does not even say its version is not put in the place of what works. */
async function tryOut(program: string, version: string): Promise<void> {
  const said = await runProgram({
    file: process.execPath,
    args: [program, '--version'],
    timeoutMs: 30_000,
  }).then(
    ({ stdout }) => stdout,
    (error: unknown) => String(error),
  );
  if (said.trim() === version) return;
  throw new MeshdeckError(
    'internal',
    `The agent that the hub hands out does not start here, so nothing was changed. It said: ${said.trim().slice(0, 200)}`,
  );
}
