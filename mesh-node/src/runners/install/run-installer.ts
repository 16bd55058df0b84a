import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { sealTree, takeBack } from '../../sandbox/own-files.js';
import type { JobUser } from '../../sandbox/job-users.js';
import type { ProgramNetwork } from '../../sandbox/sandbox.js';
import type { EnvironmentJob, Installing, Scratch } from '../environments.js';
import { installerEnvironment } from '../process/app-environment.js';
import { runProcess } from '../process/run-process.js';

/** What installing may take, whatever its app's limits are: they are for its work. */
const memoryBytes = 2 * 1024 ** 3;
const processes = 256;
const mostEntries = 400_000;
const timeMs = 20 * 60_000;

/** One installation: whoever it runs as, what it sees, and until when. */
export interface Installation {
  job: EnvironmentJob;
  installing: Installing;
  scratch: Scratch;
  /** Where the packages go. */
  target: string;
  /** The runtime's own files. */
  reads: readonly string[];
  user: JobUser | null;
  /** The gateway's path: of no use to readers of the log. */
  conceal: string;
  deadlineMs: number;
}

/** Gives the installation's folders to a user of its own, where there are any. */
export async function beginInstallation(
  options: Omit<Installation, 'user' | 'deadlineMs'>,
): Promise<Installation> {
  const { sandbox } = options.installing;
  const user = sandbox.takeUser();
  if (user !== null) {
    // To be passed on the way to what is its own.
    await chmod(dirname(options.scratch.path), 0o711);
    await sandbox.give(user, options.scratch.path, options.target);
  }
  return { ...options, user, deadlineMs: Date.now() + timeMs };
}

/**
 * Runs one program of an installation, shut in: it sees the runtime, its scratch folders and its target, has the network it is
 * given, and is held to limits of its own. What it prints is the attempt's log.
 * @returns its last lines where it failed, null where it went well
 */
export async function runInstaller(
  { job, installing, scratch, target, reads, user, conceal, deadlineMs }: Installation,
  program: { command: string; args: string[]; network: ProgramNetwork; env?: Record<string, string> },
): Promise<string | null> {
  const end = await runProcess({
    attemptId: job.attemptId,
    command: program.command,
    args: program.args,
    workFolder: scratch.path,
    env: { ...installerEnvironment({ attemptId: job.attemptId, ...scratch }), ...program.env },
    sandbox: installing.sandbox,
    user,
    network: program.network,
    gpu: false,
    reads,
    writes: [scratch.path, target],
    temporary: scratch.temporary,
    processes,
    disk: { folders: [scratch.path, target], before: { bytes: 0, entries: 0 } },
    limits: { memoryBytes, outputBytes: installing.environmentBytes, entries: mostEntries },
    deadlineMs,
    signal: job.signal,
    onLine: (_stream, text) => job.onLine('agent', text.replaceAll(conceal, '')),
    onDropped: job.onDropped,
  }).catch((error: unknown) => {
    throw asInstallation(error);
  });
  return end.code === 0 ? null : end.tail.replaceAll(conceal, '');
}

const words: Partial<Record<string, string>> = {
  'app-timeout': 'Installing the packages of this app took longer than 20 minutes and was stopped.',
  'app-memory-limit': 'Installing the packages of this app took more than 2 GiB of memory and was stopped.',
  'app-output-limit':
    'The packages of this app take more of the disk than this machine has for them, and installing was stopped.',
};

/** What an installation was stopped for, in its own words: its app's limits have nothing to do with it. */
function asInstallation(error: unknown): unknown {
  const sentence = error instanceof MeshdeckError ? words[error.code] : undefined;
  return sentence === undefined
    ? error
    : new MeshdeckError('requirements-failed', sentence, { cause: error });
}

/** What was installed becomes the agent's, to be read by the jobs of its app and written by none. */
export async function finishInstallation({ user, target, scratch, installing }: Installation): Promise<void> {
  if (user !== null) await takeBack(user, target);
  else await sealTree(target);
  await installing.trash.discard(scratch.path);
}
