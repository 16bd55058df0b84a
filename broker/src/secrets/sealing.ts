import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { writeFileAtomically } from '@meshdeck/shared/runtime';

const [keyBytes, ivBytes, tagBytes] = [32, 12, 16];

export interface Sealing {
  /** `about`: what it belongs to; it opens for the same only. */
  seal(value: string, about: string): string;
  /** @throws MeshdeckError `internal` where it was sealed with another key or for something else */
  open(sealed: string, about: string): string;
}

async function readKey(path: string): Promise<Buffer | null> {
  try {
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
    return key.length === keyBytes ? key : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Values as they lie on disk: AES-256-GCM, with a key in a file of its own beside the hub's (mode 0600), so that a copy of the
 * documents alone tells nothing. The file is made with the first secret.
 */
export async function openSealing(path: string, { hasSecrets }: { hasSecrets: boolean }): Promise<Sealing> {
  let key = await readKey(path);
  if (key === null && !hasSecrets) {
    key = randomBytes(keyBytes);
    await writeFileAtomically(path, `${key.toString('base64')}\n`);
  }

  function needKey(): Buffer {
    if (key !== null) return key;
    throw new MeshdeckError(
      'internal',
      `The key of the secrets (${path}) is missing or damaged. Put it back from a backup, or remove that file and every secret, and set them anew.`,
    );
  }

  return {
    seal(value, about) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', needKey(), iv).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', needKey(), bytes.subarray(0, ivBytes));
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      try {
        return Buffer.concat([
          decipher.update(bytes.subarray(ivBytes + tagBytes)),
          decipher.final(),
        ]).toString('utf8');
      } catch (cause) {
        throw new MeshdeckError(
          'internal',
          'A secret cannot be read with the key that is there. Set it anew.',
          {
            cause,
          },
        );
      }
    },
  };
}
