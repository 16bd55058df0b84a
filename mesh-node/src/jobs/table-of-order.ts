import { createHash } from 'node:crypto';
import { MeshdeckError, type RunOrder } from '@meshdeck/shared';

/** The table, where it came with its order; else null. @throws MeshdeckError `hash-mismatch` */
export function tableOf({ input, inputContent }: Pick<RunOrder, 'input' | 'inputContent'>): Buffer | null {
  if (inputContent === undefined) return null;
  const bytes = Buffer.from(inputContent, 'base64');
  if (createHash('sha256').update(bytes).digest('hex') === input.sha256) return bytes;
  throw new MeshdeckError(
    'hash-mismatch',
    `"${input.name}" arrived damaged: its SHA-256 is not what it should be.`,
  );
}
