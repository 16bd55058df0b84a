import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idFromFingerprint } from '@meshdeck/shared';
import { writeFileAtomically } from '@meshdeck/shared/runtime';
import { certificateFingerprint } from './peer.js';

export interface HubIdentity {
  id: string;
  fingerprint: string;
  certificatePem: string;
  privateKeyPem: string;
}

/** The hub's key and certificate from its data folder, made at the first start. */
export async function loadHubIdentity(dataDir: string, now: Date): Promise<HubIdentity> {
  const certificateFile = join(dataDir, 'hub-certificate.pem');
  const keyFile = join(dataDir, 'hub-key.pem');
  const [certificatePem, privateKeyPem] = await Promise.all(
    [certificateFile, keyFile].map((file) =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      }),
    ),
  );
  if (certificatePem && privateKeyPem) return describe(certificatePem, privateKeyPem);
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

function describe(certificatePem: string, privateKeyPem: string): HubIdentity {
  const fingerprint = certificateFingerprint(certificatePem);
  return { id: idFromFingerprint(fingerprint), fingerprint, certificatePem, privateKeyPem };
}
