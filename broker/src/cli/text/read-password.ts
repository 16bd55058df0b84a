import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MeshdeckError } from '@meshdeck/shared';

/** The password that was piped in, without the line's end: on the command line, others could list it. */
export async function readPassword(input: Readable): Promise<string> {
  const password = (await text(input)).replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new MeshdeckError(
    'invalid-request',
    'No password came on standard input. Pipe one in: printf %s "$PASSWORD" | meshdeck ...',
  );
}
