import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MeshdeckError, protectionSubjectSchema, type ProtectionSubject } from '@meshdeck/shared';
import * as z from 'zod';
import { startTicks } from '../runners/process/proc.js';
import { runProcess } from '../runners/process/run-process.js';
import { memorySource, reachSource } from './probe-program.js';
import { nodePaths } from './runtime-paths.js';
import type { Sandbox } from './sandbox.js';

const mebibyte = 1024 ** 2;
const timeoutMs = 20_000;
/** Small, so that the try costs the machine little; what holds it is what holds every job. */
const probeProcesses = 48;
const probeMemoryBytes = 192 * mebibyte;
/** Well past the limit and the headroom above it. */
const memoryTriedBytes = 512 * mebibyte;

const answerSchema = z.object({ subject: protectionSubjectSchema, reached: z.boolean() });

/** What the probe reached; what is missing it could not try. */
export type Reached = Partial<Record<ProtectionSubject, boolean>>;

/** A listener on this machine's loopback, as the hub's may be. */
async function listen(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('unreachable: a TCP listener has a port');
  return { port: address.port, close: () => void server.close() };
}

const sleep = () =>
  process.platform === 'win32'
    ? [process.execPath, '-e', 'setTimeout(() => {}, 20000)']
    : ['/bin/sleep', '20'];

/** Runs the probe jobs below `folder`, in cells like any attempt's, and leaves nothing behind. */
export async function runProbe(options: {
  sandbox: Sandbox;
  folder: string;
  keyFile: string;
  signal: AbortSignal;
  freeMemory?: () => number;
}): Promise<Reached> {
  const { sandbox, folder, keyFile, signal, freeMemory = freemem } = options;
  const reached: Reached = {};
  const beside = join(dirname(keyFile), 'probe-was-here');
  const inSystem = '/usr/meshdeck-probe-was-here';
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(folder, 0o711);
  const outsider = await mkdtemp(join(tmpdir(), 'meshdeck-probe-'));
  const listener = await listen();

  /** A folder that is one job's alone, as an attempt's are. */
  async function cell(name: string) {
    const path = join(folder, name);
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, 'secret'), 'of this job', { mode: 0o600 });
    const user = sandbox.takeUser();
    await sandbox.give(user, path);
    return { path, user };
  }

  async function run(options: {
    name: string;
    source: string;
    argument: string;
    memoryBytes: number;
  }): Promise<void> {
    const { path, user } = await cell(options.name);
    const id = `probe-${options.name}-${process.pid}`;
    await runProcess({
      attemptId: id,
      command: process.execPath,
      args: ['-e', options.source, options.argument],
      workFolder: path,
      env: {
        ELECTRON_RUN_AS_NODE: '1',
        MESHDECK_ATTEMPT: id,
        PATH: process.env['PATH'] ?? '',
        ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? '' } : {}),
      },
      sandbox,
      user,
      network: 'none',
      gpu: false,
      reads: nodePaths(),
      writes: [path],
      temporary: path,
      disk: { folders: [path], before: { bytes: 0, entries: 0 } },
      limits: { memoryBytes: options.memoryBytes, outputBytes: mebibyte },
      processes: probeProcesses,
      deadlineMs: Date.now() + timeoutMs,
      signal,
      onLine(stream, text) {
        if (stream !== 'stdout') return;
        const answer = answerSchema.safeParse(JSON.parse(text));
        if (answer.success) reached[answer.data.subject] = answer.data.reached;
      },
      onDropped: () => undefined,
    });
  }

  try {
    const other = await cell('other');
    const wishes = {
      key: keyFile,
      otherJob: join(other.path, 'secret'),
      outside: [join(outsider, 'x'), join(other.path, 'x'), beside, inSystem],
      agentPid: process.pid,
      agentStarted: startTicks(process.pid),
      port: listener.port,
      processes: probeProcesses + 16,
      sleep: sleep(),
    };
    await run({
      name: 'reach',
      source: reachSource,
      argument: JSON.stringify(wishes),
      memoryBytes: 1024 * mebibyte,
    });
    reached['outside-files'] = wishes.outside.some((path) => existsSync(path));
    if (freeMemory() > 2 * memoryTriedBytes) {
      const memory = { name: 'memory', source: memorySource, argument: String(memoryTriedBytes) };
      await run({ ...memory, memoryBytes: probeMemoryBytes }).catch((error: unknown) => {
        if (!(error instanceof MeshdeckError) || error.code !== 'app-memory-limit') throw error;
        reached.memory = false;
      });
    }
    return reached;
  } finally {
    listener.close();
    for (const path of [folder, outsider, beside, inSystem]) await rm(path, { recursive: true, force: true });
  }
}
