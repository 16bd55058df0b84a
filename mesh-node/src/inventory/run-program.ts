import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from './find-on-path.js';

const execute = promisify(execFile);

export interface ProgramRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  readonly env?: Environment;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a short-lived program without a shell and returns what it printed. Rejects when it cannot be started, exits
 * with anything but 0, prints more than 1 MiB, or takes longer than `timeoutMs`; it is killed at once then, and when
 * the signal aborts.
 */
export async function runProgram(run: ProgramRun): Promise<{ stdout: string; stderr: string }> {
  return execute(run.file, [...run.args], {
    env: { ...(run.env ?? process.env) },
    timeout: run.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024,
    windowsHide: true,
    encoding: 'utf8',
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
}

/** Runs CommonJS source in its own Node process; `args` arrive as `process.argv[1]` and on. */
export async function runNodeSource(
  run: Omit<ProgramRun, 'file' | 'env'> & { source: string },
): Promise<{ stdout: string; stderr: string }> {
  const env: Record<string, string | undefined> = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env.NODE_OPTIONS; // loaders and inspectors of the parent are not the child's business
  return runProgram({
    file: process.execPath,
    args: ['-e', run.source, '--', ...run.args],
    timeoutMs: run.timeoutMs,
    env,
    signal: run.signal,
  });
}
