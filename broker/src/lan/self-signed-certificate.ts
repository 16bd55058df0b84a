import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCertificate, type PeopleCertificate } from './certificate.js';

const dayMs = 86_400_000;
/** More than 825 days some browsers refuse, however often a person says yes. */
const lifeDays = 800;
const renewDays = 30;

/**
 * The hub's own certificate for people, over the hub's own key: so its key fingerprint is the one that machines pin.
 * Kept in the data folder as long as it covers every name the hub goes by, since a browser asks anew about a new one.
 */
export async function loadSelfSignedCertificate(options: {
  dataDir: string;
  identity: { privateKeyPem: string; fingerprint: string };
  /** DNS names and addresses of this machine now. */
  names: readonly string[];
  now: number;
}): Promise<PeopleCertificate> {
  const { dataDir, identity, names, now } = options;
  const file = join(dataDir, 'people-certificate.pem');
  const kept = describe(await readFile(file, 'utf8').catch(() => null), identity.privateKeyPem);
  const isGood =
    kept !== null &&
    kept.keyFingerprint === identity.fingerprint &&
    kept.validFrom <= now &&
    kept.validUntil - renewDays * dayMs > now &&
    names.every((name) => kept.names.includes(name.toLowerCase()));
  if (isGood) return kept;
  const { certifyKey } = await import('@meshdeck/shared/identity');
  const chainPem = await certifyKey({
    privateKeyPem: identity.privateKeyPem,
    commonName: 'Meshdeck hub',
    names,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + lifeDays * dayMs),
  });
  await writeFile(file, chainPem, { mode: 0o600 });
  return describeCertificate(new X509Certificate(chainPem), {
    source: 'own',
    chainPem,
    keyPem: identity.privateKeyPem,
  });
}

/** Null where there is none, or it is damaged: it can be made again at any time. */
function describe(chainPem: string | null, keyPem: string): PeopleCertificate | null {
  try {
    if (chainPem === null) return null;
    return describeCertificate(new X509Certificate(chainPem), { source: 'own', chainPem, keyPem });
  } catch {
    return null;
  }
}
