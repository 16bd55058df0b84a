/** Who is at the other end of a mutual TLS connection. */
export interface AgentPeer {
  /** SHA-256 of the key (SPKI, DER), 64 hex digits. */
  fingerprint: string;
  address: string;
  /** DER */
  certificate?: Uint8Array;
}
