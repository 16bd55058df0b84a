import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MeshdeckError, type AttemptId, type Moving } from '@meshdeck/shared';
import type { JobUser } from '../../sandbox/job-users.js';
import type { Launch, ProgramNetwork, Sandbox } from '../../sandbox/sandbox.js';
import type { OutputStream } from '../runner.js';
import { attemptMarker } from './app-environment.js';
import { createCrashSigns } from './crash-signs.js';
import { createLineReader } from './line-reader.js';
import { outOfMemory, tooManyFiles, tooMuchOutput, wasTooLarge, watchLimits } from './limits.js';
import { foldersUse, mostEntries, type WatchedDisk } from './disk-use.js';
import { followProcessTree } from './process-tree.js';

const linesPerSecond = 200;
const maxLineBytes = 4000;
const tailLines = 20;
/** An app may print this much in each window; beyond it waits, so that reading it cannot eat the machine. */
const window = { ms: 100, bytes: 1024 * 1024 };

/** What a file may pass the limit by before the kernel refuses, so that the watch, which can say why, is first. */
const fileHeadroomBytes = 16 * 1024 * 1024;

export interface ProcessJob {
  attemptId: AttemptId;
  command: string;
  args: string[];
  workFolder: string;
  env: Record<string, string>;
  sandbox: Sandbox;
  user: JobUser | null;
  network: ProgramNetwork;
  gpu: boolean;
  /** Files and folders it may read besides its own and the system's. */
  reads: readonly string[];
  writes: readonly string[];
  temporary: string;
  /** Processes and threads it may have at a time, where that is not the usual number. */
  processes?: number;
  /** Watched for its growth. */
  disk: WatchedDisk;
  limits: { memoryBytes: number; outputBytes: number; entries?: number };
  deadlineMs: number;
  signal: AbortSignal;
  /** Between SIGTERM and the end, when its time is up or it is cancelled; left out: none. */
  graceMs?: number;
  /** Aborted when there is no time for a grace. */
  closing?: AbortSignal | undefined;
  /** Takes out of a line what nobody may read. */
  mask?: (text: string) => string;
  onLine: (stream: OutputStream, text: string, moving?: Moving) => void;
  onDropped: (lines: number) => void;
  /** A state of a line that is drawn over itself. */
  onOverwritten?: (text: string) => void;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of stderr (of stdout where stderr was silent). */
  tail: string;
  peakMemoryBytes: number | null;
  /** What it said of the reason, in a sentence. */
  reason: string | undefined;
}

/** Reads a stream to its end, no faster than the window allows. */
function drain(stream: Readable, onChunk: (chunk: Buffer) => void): void {
  let inWindow = 0;
  let timer: NodeJS.Timeout | undefined;
  stream.on('data', (chunk: Buffer) => {
    onChunk(chunk);
    inWindow += chunk.length;
    timer ??= setTimeout(() => {
      timer = undefined;
      inWindow = 0;
      stream.resume();
    }, window.ms);
    if (inWindow > window.bytes) stream.pause();
  });
  stream.on('error', () => stream.destroy());
  stream.once('close', () => clearTimeout(timer));
}

/**
 * Runs one program of an app in the sandbox, as a process group of its own, with nothing on stdin, and returns how it ended
 * once none of its processes is left.
 * @throws MeshdeckError `app-timeout`, `app-memory-limit`, `app-output-limit`, `cancelled`, `runtime-missing` (cannot start)
 */
export async function runProcess(job: ProcessJob): Promise<ProcessEnd> {
  if (job.signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
  // On top of what was there: the job may add to a file that it was given.
  const mostBytes = job.disk.before.bytes + job.limits.outputBytes;
  const launch = await job.sandbox.launch({
    ...job,
    name: job.attemptId,
    limits: {
      memoryBytes: job.limits.memoryBytes,
      fileBytes: mostBytes + fileHeadroomBytes,
      ...(job.processes === undefined ? {} : { processes: job.processes }),
    },
  });
  try {
    return await runLaunch(job, launch);
  } finally {
    await launch.close();
  }
}

async function runLaunch(job: ProcessJob, launch: Launch): Promise<ProcessEnd> {
  const child = spawn(launch.command, launch.args, {
    cwd: job.workFolder,
    env: job.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  const tails: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  const signs = createCrashSigns();
  const { mask = (text: string) => text } = job;
  for (const stream of ['stdout', 'stderr'] as const) {
    const reader = createLineReader(
      { linesPerSecond, maxLineBytes },
      (printed, moving) => {
        const text = mask(printed);
        // The last state of a moving line comes as a line of its own.
        if (moving === undefined && tails[stream].push(text) > tailLines) tails[stream].shift();
        job.onLine(stream, text, moving);
      },
      job.onDropped,
      // Only its figures are read.
      job.onOverwritten,
    );
    drain(child[stream], (chunk) => {
      signs.push(chunk);
      reader.push(chunk);
    });
    child[stream].once('end', reader.end);
  }

  if (child.pid === undefined) {
    const cause = await ended.then(
      () => undefined,
      (error: unknown) => error,
    );
    throw new MeshdeckError('runtime-missing', `This machine could not start ${job.command}.`, { cause });
  }
  const tree = followProcessTree({ root: child.pid, marker: attemptMarker(job.attemptId) });
  let verdict: MeshdeckError | undefined;
  let grace: NodeJS.Timeout | undefined;
  const { graceMs = 0, closing } = job;
  const endNow = () => void tree.kill();
  function stopWith(problem: MeshdeckError): void {
    const isFirst = verdict === undefined;
    verdict ??= problem;
    const isPolite = problem.code === 'app-timeout' || problem.code === 'cancelled';
    if (isFirst && isPolite && graceMs > 0 && closing?.aborted !== true && tree.terminate()) {
      grace = setTimeout(() => {
        job.onLine('agent', `The app had not ended ${graceMs / 1000} s after SIGTERM and was killed.`);
        endNow();
      }, graceMs);
    } else endNow();
  }
  const onAbort = () => stopWith(new MeshdeckError('cancelled', 'The run was cancelled.'));
  job.signal.addEventListener('abort', onAbort, { once: true });
  closing?.addEventListener('abort', endNow, { once: true });
  const watch = watchLimits({
    ...job,
    tree,
    uid: job.user?.uid ?? process.getuid?.() ?? 0,
    places: [...job.writes, '/tmp'],
    startedMs: Date.now(),
    onExceeded: stopWith,
  });
  let end: { code: number | null; signal: NodeJS.Signals | null };
  try {
    end = await ended;
  } finally {
    watch.stop();
    clearTimeout(grace);
    closing?.removeEventListener('abort', endNow);
    job.signal.removeEventListener('abort', onAbort);
    // The app is over when its first process is: what it left behind goes with it.
    await tree.kill();
  }
  // Everyone who could write is dead, so the pipes end; one that was passed elsewhere does not hold us up.
  const patience = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, 1000);
  await closed;
  clearTimeout(patience);
  if (verdict !== undefined) throw verdict;
  const tail = (tails.stderr.length > 0 ? tails.stderr : tails.stdout).join('\n').slice(-4000);
  if (end.code !== 0) {
    if ((await launch.outOfMemory()) || signs.ranOutOfMemory())
      throw outOfMemory(job.limits.memoryBytes, tail);
    const { folders, before } = job.disk;
    const { bytes, entries } = await foldersUse(folders);
    if (bytes - before.bytes > job.limits.outputBytes || wasTooLarge(tail))
      throw tooMuchOutput(job.limits.outputBytes);
    if (entries - before.entries > (job.limits.entries ?? mostEntries)) throw tooManyFiles();
  }
  const reason = signs.sentence();
  const inside = launch.signalOf(end.code);
  const ending = inside === null ? end : { code: null, signal: inside };
  return { ...ending, tail, peakMemoryBytes: watch.peakMemoryBytes(), reason: reason && mask(reason) };
}
