import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreatedJoinToken } from '@meshdeck/shared';
import type { Program } from '../programs/index.js';
import { callHub, listNodes, until, type Reachable } from './api.js';
import { startAgent, startHub, type RunningHub } from './start-mesh.js';

interface Stoppable {
  stop: () => Promise<void>;
}

export interface Workshop {
  folder: string;
  /** Stops it at the end. */
  keep: <P extends Stoppable>(program: P) => P;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What ends the open ones, the innermost last. */
const open: (() => Promise<void>)[] = [];

async function endAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
  process.exit(130);
}
const interrupted = () => void endAll();

/** A folder and programs that are gone when `work` ends, by itself or by a signal; SIGKILL leaves them. They nest. */
export async function inWorkshop<T>(work: (workshop: Workshop) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-work-'));
  const programs: Stoppable[] = [];
  async function tidy(): Promise<void> {
    for (const program of programs.splice(0).reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= tidy());
  if (open.length === 0) for (const signal of signals) process.on(signal, interrupted);
  open.push(close);
  try {
    return await work({
      folder,
      keep(program) {
        programs.push(program);
        return program;
      },
    });
  } finally {
    // Interrupted: its programs are being stopped, and the process ends after the last of them, not before.
    if (!open.includes(close)) await new Promise(() => undefined);
    await close();
    open.splice(open.indexOf(close), 1);
    if (open.length === 0) for (const signal of signals) process.off(signal, interrupted);
  }
}

/** A token that lets `uses` machines in. */
export async function makeToken(hub: Reachable, uses: number): Promise<string> {
  const { token } = await callHub<CreatedJoinToken>(hub, '/join-tokens', {
    method: 'POST',
    json: { uses, ttlSeconds: 3600 },
  });
  return token;
}

/** A hub and one machine that takes work. */
export async function startPair({ folder, keep }: Workshop): Promise<{ hub: RunningHub; agent: Program }> {
  const hub = keep(await startHub({ dataDir: join(folder, 'hub') }));
  const token = await makeToken(hub, 1);
  const flags = ['--interface', '127.0.0.1', '--name', 'bench', '--join', token];
  const agent = keep(startAgent({ dataDir: join(folder, 'agent'), flags }));
  await agent.event('joined', 60_000);
  await until(
    () => listNodes(hub),
    (nodes) =>
      nodes.some(
        ({ name, benchmarking, score }) => name === 'bench' && !benchmarking && (score?.score ?? 0) > 0,
      ),
    { what: 'the machine to take work', timeoutMs: 60_000 },
  );
  return { hub, agent };
}
