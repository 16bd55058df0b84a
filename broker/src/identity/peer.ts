import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** SHA-256 of a public key (SPKI, DER) as 64 hex digits. */
export function fingerprintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** The key fingerprint that the other end proved to hold in the TLS handshake; null where it gave no certificate. */
export function peerFingerprint(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : fingerprintOf(certificate.publicKey);
}

export function certificateFingerprint(certificatePem: string): string {
  return fingerprintOf(new X509Certificate(certificatePem).publicKey);
}
