import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';

/** Where the token comes from: `--join` (`-` for standard input), `--join-file`, or MESHDECK_JOIN. */
export interface JoinFlags {
  join?: string;
  joinFile?: string;
}

const longest = 64 * 1024;

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > longest) break;
  }
  return text;
}

/**
 * The join token, wherever it was put. A command line can be read by everybody on the machine (`ps`), so what was on it is
 * written over, as far as the system lets a program do that, and what was in the environment is not passed on.
 * @throws MeshdeckError `invalid-config` where it is said twice, or its file cannot be read
 */
export async function readJoinToken(
  { join, joinFile }: JoinFlags,
  stdin: AsyncIterable<unknown> = process.stdin,
): Promise<string | undefined> {
  const onCommandLine =
    join !== undefined && join !== '-' && process.argv.some((word) => word.includes(join));
  if (onCommandLine) process.title = 'meshdeck-node';
  delete process.env['MESHDECK_JOIN'];
  if (joinFile !== undefined && onCommandLine)
    throw new MeshdeckError('invalid-config', 'Say the join token once: --join or --join-file.');
  if (joinFile !== undefined) {
    const text = await readFile(joinFile, 'utf8').catch((cause: unknown) => {
      throw new MeshdeckError('invalid-config', `--join-file: ${joinFile} cannot be read.`, { cause });
    });
    return text.trim();
  }
  return join === '-' ? (await readAll(stdin)).trim() : join;
}
