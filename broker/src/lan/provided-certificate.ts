import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { MeshdeckError } from '@meshdeck/shared';
import { describeCertificate, type PeopleCertificate } from './certificate.js';

/** PEM files of the admin's. */
export interface ProvidedFiles {
  certificateFile: string;
  keyFile: string;
}

const wrong = (message: string, cause?: unknown) => new MeshdeckError('invalid-config', message, { cause });
const onePem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

async function read(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw wrong(
      `The ${what} ${file} cannot be read. Check the path, and that the hub's user may read it.`,
      cause,
    );
  }
}

function certificatesIn(pem: string, file: string): [X509Certificate, ...X509Certificate[]] {
  try {
    const [leaf, ...above] = (pem.match(onePem) ?? []).map((one) => new X509Certificate(one));
    if (leaf !== undefined) return [leaf, ...above];
  } catch (cause) {
    throw wrong(`The certificate file ${file} is damaged: what it holds is no certificate.`, cause);
  }
  throw wrong(`The certificate file ${file} holds no certificate in PEM form (BEGIN CERTIFICATE).`);
}

function keyIn(pem: string, file: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) {
    throw wrong(`The key in ${file} is locked by a password. Give the hub a file with the key alone.`);
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw wrong(`The key file ${file} holds no private key in PEM form.`, cause);
  }
}

const day = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Why this is no certificate for now, as a sentence; null where it is one. */
export function untimely(
  { validFrom, validUntil }: PeopleCertificate,
  { certificateFile }: ProvidedFiles,
  now: number,
): string | null {
  if (validUntil <= now) {
    return `The certificate in ${certificateFile} expired on ${day(validUntil)}. Renew it; the new one is taken once it is there.`;
  }
  if (validFrom <= now) return null;
  return `The certificate in ${certificateFile} is good from ${day(validFrom)} on only. Check the clock of the hub's computer.`;
}

/**
 * The admin's certificate, checked as far as can be without knowing who trusts it: readable, whole, of this key and in
 * order. Whether its time has come, or gone, is `untimely`'s.
 *
 * @throws MeshdeckError `invalid-config`, naming the file and what to do
 */
export async function readProvidedCertificate({
  certificateFile,
  keyFile,
}: ProvidedFiles): Promise<PeopleCertificate> {
  const chainPem = await read(certificateFile, 'certificate file');
  const keyPem = await read(keyFile, 'key file');
  const [leaf, ...above] = certificatesIn(chainPem, certificateFile);
  const key = keyIn(keyPem, keyFile);
  if (!leaf.checkPrivateKey(key)) {
    const isFurtherDown = above.some((certificate) => certificate.checkPrivateKey(key));
    throw wrong(
      isFurtherDown
        ? `In ${certificateFile} the hub's certificate does not come first. Put it before those above it.`
        : `The key in ${keyFile} is not the one of the certificate in ${certificateFile}. Give the two that belong together.`,
    );
  }
  above.reduce((lower, upper) => {
    if (lower.checkIssued(upper)) return upper;
    throw wrong(
      `The chain in ${certificateFile} is out of order: "${upper.subject.replaceAll('\n', ', ')}" did not sign the certificate before it.`,
    );
  }, leaf);
  try {
    // OpenSSL has an opinion on weak keys and signatures too.
    createSecureContext({ cert: chainPem, key: keyPem, minVersion: 'TLSv1.2' });
  } catch (cause) {
    throw wrong(
      `TLS does not take the certificate in ${certificateFile}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    );
  }
  return describeCertificate(leaf, { source: 'given', chainPem, keyPem });
}
