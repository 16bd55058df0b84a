import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { idFromFingerprint, type NodeId } from '@meshdeck/shared';
import type { IdentityPem } from '@meshdeck/shared/runtime/identity';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../storage/json-file.js';

const identityFileSchema = z
  .object({
    certificatePem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
    privateKeyPem: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  })
  .refine(isPair, 'The certificate and the key do not belong together.');

function isPair({ certificatePem, privateKeyPem }: IdentityPem): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));
  } catch {
    return false;
  }
}

/** Who this machine is: a key, its certificate, and the names made from it. */
export interface Identity extends IdentityPem {
  /** SHA-256 of the public key (SPKI, DER), 64 hex digits. */
  fingerprint: string;
  nodeId: NodeId;
}

/** SHA-256 of a certificate's public key (SPKI, DER): what both ends pin. */
export function fingerprintOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/** The identity kept in `file`; at the first start `create` makes one, which is stored (0600) before it is used. */
export async function loadIdentity(options: {
  file: string;
  create: () => Promise<IdentityPem>;
}): Promise<Identity> {
  let pem: IdentityPem | undefined = await readJsonFile(options.file, identityFileSchema);
  if (pem === undefined) {
    pem = identityFileSchema.parse(await options.create());
    await writeJsonFile(options.file, pem);
  }
  const fingerprint = fingerprintOf(new X509Certificate(pem.certificatePem));
  return { ...pem, fingerprint, nodeId: idFromFingerprint(fingerprint) };
}
