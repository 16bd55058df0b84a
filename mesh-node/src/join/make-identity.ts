import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IdentityPem } from '@meshdeck/shared/runtime/identity';

/** A fresh identity, made in a short-lived process. `loadIdentity` checks what it says. */
export async function makeIdentity(commonName: string): Promise<IdentityPem> {
  const program = fileURLToPath(new URL('./identity-maker.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, commonName], {
    maxBuffer: 64 * 1024,
  });
  return JSON.parse(stdout) as IdentityPem;
}
