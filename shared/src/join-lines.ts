import { decodeJoinToken } from './models/join.js';

/** One line per system that makes a machine part of the mesh. */
export interface JoinLines {
  /** Linux and macOS. */
  shell: string;
  /** Windows PowerShell. */
  powershell: string;
}

/** A key fingerprint as curl's `--pinnedpubkey` takes it: `sha256//` and base64 of the SHA-256 of the SPKI. */
export function curlPin(fingerprint: string): string {
  const bytes = (fingerprint.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return `sha256//${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The lines to paste on another machine. The hub's certificate is its own (`-k`), so what is checked is its key, before a
 * byte is sent [curl(1), --pinnedpubkey]. The secret is in the address, and goes to curl by standard input: what stands on a
 * command line, everybody on that machine can read. `address` is `host:port`; by default the token's first.
 * @throws MeshdeckError `token-invalid`
 */
export function joinLines(token: string, address?: string): JoinLines | null {
  const { hubFingerprint, tokenId, secret, addresses } = decodeJoinToken(token);
  const at = address ?? addresses[0];
  if (at === undefined) return null;
  const pin = curlPin(hubFingerprint);
  const base = `https://${at}/join/${tokenId}.${secret}`;
  return {
    shell: `printf 'url = "%s"' ${base}/install.sh | curl -sSk --pinnedpubkey '${pin}' -K - | sh`,
    powershell: `'url = "${base}/install.ps1"' | curl.exe -sSk --pinnedpubkey '${pin}' -K - | Out-String | Invoke-Expression`,
  };
}
