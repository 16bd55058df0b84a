import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idFromFingerprint, MeshdeckError } from '@meshdeck/shared';
import { writeFileAtomically } from '@meshdeck/shared/runtime';
import { certificateFingerprint } from './peer.js';

export interface HubIdentity {
  id: string;
  fingerprint: string;
  certificatePem: string;
  privateKeyPem: string;
}

/** Null where there is none. */
async function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/**
 * The hub's key and certificate from its data folder, made at the first start: where neither file is there. Machines
 * pin them, so one that is missing or damaged is never replaced: a new identity would lock out every machine.
 *
 * @throws MeshdeckError `internal` where they are not the two files of one identity
 */
export async function loadHubIdentity(dataDir: string, now: Date): Promise<HubIdentity> {
  const certificateFile = join(dataDir, 'hub-certificate.pem');
  const keyFile = join(dataDir, 'hub-key.pem');
  const [certificatePem, privateKeyPem] = await Promise.all([read(certificateFile), read(keyFile)]);
  if (certificatePem !== null || privateKeyPem !== null) {
    return existingIdentity({ dataDir, certificatePem, privateKeyPem });
  }
  // Only the first start needs the certificate library.
  const { createIdentity } = await import('@meshdeck/shared/runtime/identity');
  const made = await createIdentity({
    commonName: 'Meshdeck hub',
    now,
    hostnames: ['localhost', '127.0.0.1'],
  });
  await writeFileAtomically(keyFile, made.privateKeyPem);
  await writeFileAtomically(certificateFile, made.certificatePem);
  return describe(made.certificatePem, made.privateKeyPem);
}

function existingIdentity(found: {
  dataDir: string;
  certificatePem: string | null;
  privateKeyPem: string | null;
}): HubIdentity {
  const { dataDir } = found;
  const certificatePem = present(dataDir, 'hub-certificate.pem', found.certificatePem);
  const privateKeyPem = present(dataDir, 'hub-key.pem', found.privateKeyPem);
  const certificate = parsed(dataDir, 'hub-certificate.pem', () => new X509Certificate(certificatePem));
  const key = parsed(dataDir, 'hub-key.pem', () => createPrivateKey(privateKeyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw unusable(dataDir, 'hub-certificate.pem and hub-key.pem do not belong together');
  }
  return describe(certificatePem, privateKeyPem);
}

function present(dataDir: string, name: string, pem: string | null): string {
  if (pem === null) throw unusable(dataDir, `${name} is missing`);
  if (pem.trim() === '') throw unusable(dataDir, `${name} is empty`);
  return pem;
}

function parsed<T>(dataDir: string, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unusable(dataDir, `${name} is damaged`, cause);
  }
}

function unusable(dataDir: string, what: string, cause?: unknown): MeshdeckError {
  return new MeshdeckError(
    'internal',
    `The hub's identity in ${dataDir} cannot be used: ${what}. Put hub-certificate.pem and hub-key.pem back from a copy of that folder. ` +
      'If there is none, or this hub never ran, delete both: the hub then begins with a new identity, and every machine has to be joined again.',
    { cause },
  );
}

function describe(certificatePem: string, privateKeyPem: string): HubIdentity {
  const fingerprint = certificateFingerprint(certificatePem);
  return { id: idFromFingerprint(fingerprint), fingerprint, certificatePem, privateKeyPem };
}
