import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fromFailure, MeshdeckError, type FileReference } from '@meshdeck/shared';
import { conversionReplySchema, type ConversionReply, type ConversionRequest } from './child-messages.js';
import { SheetQuestion } from './refusal.js';

/** Beside this file, compiled and bundled alike. */
const childModule = fileURLToPath(new URL('./convert-child.js', import.meta.url));

export interface ChildLimits {
  seconds: number;
  /** Of the JavaScript heap. */
  heapMb: number;
}

export type Converted = { file: FileReference } & Extract<ConversionReply, { type: 'done' }>;

const tailCharacters = 2000;

/** Its whole environment. Electron's own program is Node only when it is told; Windows loads libraries by SystemRoot. */
function childEnv(): Record<string, string> {
  const { SystemRoot } = process.env;
  return {
    ...(process.versions.electron !== undefined && { ELECTRON_RUN_AS_NODE: '1' }),
    ...(SystemRoot !== undefined && { SystemRoot }),
  };
}

function readTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-tailCharacters);
  });
  return () => tail.trim();
}

/**
 * Turns a file into a CSV in a process of its own and hands that to `store` as it comes.
 *
 * @throws MeshdeckError what the process says of the file; `too-large` where it takes too long or too much memory; what
 *   `store` throws; the signal's reason
 */
export async function convertInChild(options: {
  request: ConversionRequest;
  limits: ChildLimits;
  store: (csv: AsyncIterable<Uint8Array>) => Promise<FileReference>;
  signal: AbortSignal;
  modulePath?: string | undefined;
}): Promise<Converted> {
  const { request, limits, signal } = options;
  signal.throwIfAborted();
  const child = fork(options.modulePath ?? childModule, {
    env: childEnv(),
    execArgv: [`--max-old-space-size=${limits.heapMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('a child without output');
  const stderr = readTail(child);
  const closed = once(child, 'close').catch(() => undefined);
  let reply: ConversionReply | undefined;
  let isLate = false;
  let failed: Error | undefined;
  child.on('error', (error) => (failed = error));
  child.on('message', (message) => {
    const said = conversionReplySchema.safeParse(message);
    if (said.success) reply = said.data;
  });
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, limits.seconds * 1000);
  signal.addEventListener('abort', kill, { once: true });

  function ended(): Extract<ConversionReply, { type: 'done' }> {
    signal.throwIfAborted();
    if (reply?.type === 'done') return reply;
    if (reply?.type === 'refused') throw refusalOf(reply);
    const detail = [failed?.message ?? '', stderr()].filter((part) => part !== '').join('\n');
    throw givenUp(request.name, limits, { isLate, detail });
  }
  async function* csv(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stdout as AsyncIterable<Buffer>) yield chunk;
    await closed;
    // What has come counts only once the process says that it was all.
    ended();
  }

  try {
    child.send(request, () => undefined);
    const file = await options.store(csv());
    return { file, ...ended() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
    stdout.destroy();
    await closed;
  }
}

function refusalOf({ failure, sheets }: Extract<ConversionReply, { type: 'refused' }>): MeshdeckError {
  return sheets === undefined ? fromFailure(failure) : new SheetQuestion(failure.message, sheets);
}

function givenUp(
  name: string,
  { seconds }: ChildLimits,
  { isLate, detail }: { isLate: boolean; detail: string },
): MeshdeckError {
  const what = isLate
    ? `took longer than ${seconds} s`
    : /heap|memory/i.test(detail)
      ? 'took more memory than the hub gives to that'
      : 'ended in the middle';
  return new MeshdeckError(
    isLate || /heap|memory/i.test(detail) ? 'too-large' : 'csv-malformed',
    `Turning ${name} into a table ${what}, so the hub stopped. Save the table as CSV and give that.`,
    { detail },
  );
}
