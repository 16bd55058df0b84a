import { resolve } from 'node:path';
import { MeshdeckError, meshdeckVersion } from '@meshdeck/shared';
import { fastPathsRemark, logUnhandledRejections } from '@meshdeck/shared/runtime';
import { CommanderError } from 'commander';
import { startAgent, type Agent } from '../agent.js';
import { createLiveState } from '../storage/live-state.js';
import { dropSavedToken } from '../storage/settings.js';
import { makeIdentity } from '../join/make-identity.js';
import { forgetHub } from '../join/forget-hub.js';
import { askCodes, spaced } from './ask-codes.js';
import { readCommandLine } from './command-line.js';
import { createStderrLogger } from './logger.js';
import { runOsServiceCommand } from './os-service-command.js';
import { runInstallCommand } from './install-command.js';
import { runStatusCommand } from './status-command.js';
import { runUninstallCommand } from './uninstall-command.js';
import { runUpdateCommand } from './update-command.js';
import { print, say, tell, type Speaker } from './terminal.js';

/** The commands that look after the agent of this machine; each gives its exit code. */
const ownCommands: Partial<Record<string, (argv: readonly string[], speaker: Speaker) => Promise<number>>> = {
  install: runInstallCommand,
  status: runStatusCommand,
  update: runUpdateCommand,
  uninstall: runUninstallCommand,
};

const done = 0;
const failed = 1;
const wrongUsage = 2;
/** A stop that hangs is cut short: a service manager would do it with less grace. */
const stopWithinMs = 4500;

/** The exit code of a command line that could not be followed; its sentence is told. */
function explain(error: unknown): number {
  // commander has printed its own sentence (or the help) already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? done : wrongUsage;
  if (!(error instanceof MeshdeckError)) {
    // The system's own words: "EACCES: permission denied, open '...'".
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    say(error.message);
    return failed;
  }
  say(error.message);
  if (error.detail !== undefined) say(error.detail);
  return error.code === 'invalid-config' ? wrongUsage : failed;
}

/** Whoever read what is said may leave (`meshdeck-node update | head -1`): what is begun goes on unheard, to its own exit code. */
function outliveReaders(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Starts an agent and keeps the process alive until a signal or the hub's final no. Sets the exit code. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  outliveReaders([process.stdout, process.stderr]);
  let config: Awaited<ReturnType<typeof readCommandLine>>;
  try {
    const own = ownCommands[argv[2] ?? ''];
    if (own !== undefined) {
      process.exitCode = await own(argv, { print, say });
      return;
    }
    if (argv[2] === 'service') {
      process.exitCode = await runOsServiceCommand(argv, {
        print,
        say,
      });
      return;
    }
    config = await readCommandLine(argv);
    const remark = fastPathsRemark(config.fastPaths);
    if (remark !== null) say(remark);
  } catch (error) {
    process.exitCode = explain(error);
    return;
  }
  const logger = createStderrLogger();
  logUnhandledRejections({
    source: process,
    log: (rejection) => logger.error(rejection, 'unhandled rejection: a fault of this program; it goes on'),
  });
  const isAttended = config.ask ?? (process.stdin.isTTY && process.stderr.isTTY);
  let hasWarned = false;

  let stopping = false;
  let agent: Agent | undefined;
  async function leave(exitCode: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(exitCode), stopWithinMs).unref();
    await agent?.stop();
    process.exit(exitCode);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping');
      void leave(done);
    });
  }

  const keepState = createLiveState({
    dataFolder: resolve(config.dataFolder),
    first: { version: meshdeckVersion, name: config.name, slots: config.slots },
    onFault: (error) => logger.warn({ error }, 'state not written'),
  });

  try {
    if (config.forgetHub) {
      await forgetHub(config.dataFolder);
      say('The hub is forgotten. Start meshdeck-node again to join one anew, and compare the code.');
      return;
    }
    agent = await startAgent({
      config,
      logger,
      makeIdentity,
      onWaiting: ({ code, hubId, hubName }) => {
        keepState({ link: 'pending', code, hubName });
        tell({ event: 'waiting', code, hubId, hubName });
        say(
          `Waiting for approval on ${hubName}. Approve it there only if the code is the same: ${spaced(code)}`,
        );
        if (isAttended || hasWarned) return;
        hasWarned = true;
        say(
          'Nobody is asked here: this machine trusts whichever hub says that it has approved it. Where somebody may pose as the hub, start it with --join TOKEN, or on a terminal.',
        );
      },
      onJoined: ({ nodeId, hubId, hubName }) => {
        keepState({ link: 'joined', code: null, hubName });
        tell({ event: 'joined', nodeId, hubId, hubName });
        say(`Joined ${hubName}.`);
        dropSavedToken(config.dataFolder).catch((error: unknown) =>
          logger.warn({ error }, 'token not dropped'),
        );
      },
      ...(isAttended ? { confirm: askCodes } : {}),
      onSearching: say,
      onAway: () => keepState({ link: 'away' }),
      onProtection: (protection) => keepState({ protection }),
      onNotice: ({ code, message }) => {
        keepState({ trouble: { ts: Date.now(), message } });
        logger.debug({ code }, 'trouble');
        // What a program that watches over this one has to know of, too.
        if (code === 'hub-key-changed' || code === 'several-hubs') tell({ event: code, message });
        say(message);
      },
      onRefused: ({ message }) => {
        keepState({ trouble: { ts: Date.now(), message } });
        say(message);
        void leave(failed);
      },
    });
    keepState({});
  } catch (error) {
    if (error instanceof MeshdeckError) say(error.message);
    else {
      logger.fatal({ error }, 'could not start');
      say(`It could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
    process.exitCode = failed;
    process.exit();
  }
}
