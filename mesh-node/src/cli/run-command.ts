import { MeshdeckError } from '@meshdeck/shared';
import { CommanderError } from 'commander';
import { startAgent, type Agent } from '../agent.js';
import type { AgentConfig } from '../agent-config.js';
import { makeIdentity } from '../join/make-identity.js';
import { forgetHub } from '../join/forget-hub.js';
import { askCodes, spaced } from './ask-codes.js';
import { readCommandLine } from './command-line.js';
import { createStderrLogger } from './logger.js';

const done = 0;
const failed = 1;
const wrongUsage = 2;
/** A stop that hangs is cut short: a service manager would do it with less grace. */
const stopWithinMs = 4500;

/** One JSON line on stdout, for programs that start an agent. */
function tell(event: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function say(sentence: string): void {
  process.stderr.write(`meshdeck-node: ${sentence}\n`);
}

function usageOf(argv: readonly string[]): (AgentConfig & { forgetHub: boolean }) | { exitCode: number } {
  try {
    return readCommandLine(argv);
  } catch (error) {
    // commander has printed its own sentence (or the help) already.
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? done : wrongUsage };
    if (!(error instanceof MeshdeckError)) throw error;
    say(error.message);
    return { exitCode: error.code === 'token-invalid' ? failed : wrongUsage };
  }
}

/** Starts an agent and keeps the process alive until a signal or the hub's final no. Sets the exit code. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  const config = usageOf(argv);
  if ('exitCode' in config) {
    process.exitCode = config.exitCode;
    return;
  }
  const logger = createStderrLogger();

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
        tell({ event: 'waiting', code, hubId, hubName });
        say(
          `Waiting for approval on ${hubName}. Approve it there only if the code is the same: ${spaced(code)}`,
        );
      },
      onJoined: ({ nodeId, hubId, hubName }) => {
        tell({ event: 'joined', nodeId, hubId, hubName });
        say(`Joined ${hubName}.`);
      },
      ...((config.ask ?? (process.stdin.isTTY && process.stderr.isTTY)) ? { confirm: askCodes } : {}),
      onSearching: say,
      onNotice: ({ code, message }) => {
        logger.debug({ code }, 'trouble');
        // What a program that watches over this one has to know of, too.
        if (code === 'hub-key-changed') tell({ event: 'hub-key-changed', message });
        say(message);
      },
      onRefused: ({ message }) => {
        say(message);
        void leave(failed);
      },
    });
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
