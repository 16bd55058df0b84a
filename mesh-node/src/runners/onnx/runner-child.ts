import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { runnerReportSchema, type RunnerReport, type RunnerRequest } from './runner-messages.js';

/** What a process is asked to do. */
export type Work = Exclude<RunnerRequest, { type: 'cancel' }>;
/** What ends a piece of work well or badly. */
export type Outcome = Exclude<RunnerReport, { type: 'ready' } | Interim>;
/** What is told of a piece of work before it ends. */
export type Interim = Extract<RunnerReport, { type: 'progress' } | { type: 'small-results' }>;

/** One runner process. */
export interface RunnerChild {
  readonly pid: number | undefined;
  readonly alive: boolean;
  /** Does one piece of work at a time. @throws MeshdeckError app-crashed when the process ends meanwhile. */
  work(request: Work, onInterim: (report: Interim) => void): Promise<Outcome>;
  cancel(jobKey: string): void;
  /** Kills the process, whatever it does; resolves once it is gone. */
  kill(): Promise<void>;
}

/** Kept of what a dying runner prints, for the failure's detail. */
const tailCharacters = 2000;

/** What stands before Node's own command line to shut it in; nothing where that is not possible. */
export type WrapCommand = (node: string, args: readonly string[]) => { command: string; args: string[] };

/** Forks a runner process. `env` is its whole environment. */
export function startRunnerChild({
  modulePath,
  env,
  wrapCommand,
  logger,
}: {
  modulePath: string;
  wrapCommand?: WrapCommand | undefined;
  env: Record<string, string>;
  logger: Logger;
}): RunnerChild {
  // The arrays that matter lie outside the JavaScript heap; a small one keeps an idle runner small.
  const nodeArgs = ['--max-old-space-size=512', '--max-semi-space-size=4'];
  const line = wrapCommand?.(process.execPath, nodeArgs) ?? { command: process.execPath, args: nodeArgs };
  const child = fork(modulePath, {
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execPath: line.command,
    execArgv: line.args,
  });
  const ended = once(child, 'close').catch(() => undefined);
  const stderr = readTail(child);
  let alive = true;
  let pending:
    { jobKey: string; take: (report: RunnerReport) => void; fail: (error: Error) => void } | undefined;

  const end = (reason: string, cause?: Error): void => {
    if (!alive) return;
    alive = false;
    logger.debug({ pid: child.pid, reason }, 'runner process ended');
    const detail = [reason, stderr()].filter((part) => part !== '').join('\n');
    pending?.fail(
      new MeshdeckError(
        'app-crashed',
        'The process that runs the model ended unexpectedly. The model may be damaged or too large for this machine.',
        { detail, cause },
      ),
    );
  };
  child.on('error', (error) => end(error.message, error));
  child.on('close', (code, signal) => end(signal === null ? `exit code ${code}` : `ended by ${signal}`));
  child.on('message', (message) => {
    const report = runnerReportSchema.safeParse(message);
    if (!report.success) return logger.error({ pid: child.pid }, 'runner process sent an unknown message');
    if (report.data.type !== 'ready' && report.data.jobKey === pending?.jobKey) pending.take(report.data);
  });

  return {
    get pid() {
      return child.pid;
    },
    get alive() {
      return alive;
    },
    async work(request, onInterim) {
      const { jobKey } = request;
      try {
        return await new Promise<Outcome>((resolve, reject) => {
          pending = {
            jobKey,
            fail: reject,
            take: (report) => {
              if (report.type === 'progress' || report.type === 'small-results') onInterim(report);
              else if (report.type !== 'ready') resolve(report);
            },
          };
          if (!alive) reject(new MeshdeckError('app-crashed', 'The process that runs models has ended.'));
          else send(child, request, (error) => end(error.message, error));
        });
      } finally {
        pending = undefined;
      }
    },
    cancel: (jobKey) => {
      if (alive) send(child, { type: 'cancel', jobKey }, () => undefined);
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      if (child.pid !== undefined) await ended;
    },
  };
}

function send(child: ChildProcess, request: RunnerRequest, onError: (error: Error) => void): void {
  child.send(request, (error) => {
    if (error !== null) onError(error);
  });
}

function readTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-tailCharacters);
  });
  return () => tail.trim();
}
