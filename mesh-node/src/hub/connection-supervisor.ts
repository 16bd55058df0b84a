import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { handshake, type HandshakeOptions, type Welcome } from '../join/handshake.js';
import { createBackoff } from './backoff.js';
import { openMqttSession, type MqttSession } from './mqtt-session.js';
import { createWakeableTimer } from './wakeable-timer.js';

/** Codes that waiting does not mend: the person who started this agent has to. */
const finalCodes: readonly string[] = ['token-invalid', 'token-used-up', 'code-mismatch'];
/** Said once whatever the sentence: its numbers or names change while the trouble does not. */
const saidByCode: readonly string[] = ['hub-key-changed', 'too-many-requests'];
/** A restarted agent may meet its own half-closed connection: this many quick tries before a person is told. */
const cloneGraceTries = 3;
const longWaitMs = 30_000;
/** Between two looks at the hubs in sight while there are several. */
const betweenChoicesMs = 5000;
/** Between two connections; more is a flood. */
const mostNotices = 20;
/** Away for longer than a restart takes: time to tell a person. */
const silenceMs = 5000;
const steadyMs = 5000;

export interface ConnectionSupervisorOptions {
  handshakeOptions: HandshakeOptions;
  instanceId: string;
  logger: Logger;
  /** A session is open. Its orders wait until `session.onOrder` is called. */
  onSession: (session: MqttSession, welcome: Welcome) => void;
  onSessionEnd: () => void;
  /** Something a person should read; the link goes on trying. Said once until it changes. */
  onNotice: (problem: MeshdeckError) => void;
  /** The link has given up. */
  onRefused: (problem: MeshdeckError) => void;
}

/** Keeps this machine connected to its hub: the one retry loop there is. */
export interface ConnectionSupervisor {
  start: () => void;
  /** Something changed (an address was announced): try now. */
  wake: () => void;
  /** Leave the present session; wait this long before the next try. */
  drop: (waitMs: number) => void;
  stop: () => Promise<void>;
}

export function createConnectionSupervisor(options: ConnectionSupervisorOptions): ConnectionSupervisor {
  const { handshakeOptions, instanceId, logger } = options;
  const stopping = new AbortController();
  const retryTimer = createWakeableTimer();
  const backoff = createBackoff();
  let session: MqttSession | undefined;
  let holdOffMs = 0;
  /** What people were told since the last connection. */
  const told = new Set<string>();
  let clonedTries = 0;
  let awaySince: number | undefined;
  let running: Promise<void> | undefined;

  function notice(problem: MeshdeckError): void {
    const key = saidByCode.includes(problem.code) ? problem.code : problem.message;
    if (told.has(key) || told.size >= mostNotices) return;
    told.add(key);
    options.onNotice(problem);
  }

  /** How long to wait after `error`; undefined where there is no use in trying again. */
  function waitAfter(error: unknown): { ms: number; wakeable: boolean } | undefined {
    if (!(error instanceof MeshdeckError)) return { ms: backoff.nextMs(), wakeable: true };
    if (finalCodes.includes(error.code)) return undefined;
    if (error.code === 'identity-cloned') {
      clonedTries += 1;
      if (clonedTries <= cloneGraceTries) return { ms: 2500, wakeable: false };
      notice(error);
      return { ms: longWaitMs, wakeable: false };
    }
    if (error.code === 'hub-key-changed') {
      notice(error);
      return { ms: Math.max(2000, backoff.nextMs()), wakeable: true };
    }
    // A code that was not compared in time: the next one, at once.
    if (error.code === 'conflict') return { ms: Math.max(1000, backoff.nextMs()), wakeable: false };
    // A person chooses; or all but one go away.
    if (error.code === 'several-hubs') {
      notice(error);
      return { ms: betweenChoicesMs, wakeable: false };
    }
    if (error.code === 'hub-unreachable') {
      awaySince ??= Date.now();
      if (Date.now() - awaySince > silenceMs) notice(error);
      return { ms: backoff.nextMs(), wakeable: true };
    }
    notice(error);
    return { ms: longWaitMs, wakeable: false };
  }

  async function connectOnce(signal: AbortSignal): Promise<void> {
    const welcome = await handshake(handshakeOptions, signal);
    const { identity } = handshakeOptions;
    session = await openMqttSession({
      address: { host: welcome.address.host, port: welcome.response.mqttPort },
      tls: welcome.tls,
      nodeId: identity.nodeId,
      instanceId,
      logger,
      signal,
    });
    const since = Date.now();
    told.clear();
    awaySince = undefined;
    clonedTries = 0;
    holdOffMs = 0;
    options.onSession(session, welcome);
    const reason = await session.closed;
    session = undefined;
    // A hub that hangs up on us at once is not helped by our calling back at once.
    if (Date.now() - since > steadyMs) backoff.reset();
    logger.info({ reason }, 'connection to the hub ended');
    options.onSessionEnd();
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait: { ms: number; wakeable: boolean };
      try {
        await connectOnce(signal);
        wait = holdOffMs > 0 ? { ms: holdOffMs, wakeable: false } : { ms: backoff.nextMs(), wakeable: true };
      } catch (error) {
        if (signal.aborted) return;
        logger.debug({ error }, 'not connected to the hub');
        const next = waitAfter(error);
        if (next === undefined) return options.onRefused(error as MeshdeckError);
        wait = next;
      }
      await retryTimer.wait(wait.ms, { wakeable: wait.wakeable, signal });
    }
  }

  return {
    start() {
      running ??= run(stopping.signal);
    },
    wake: () => retryTimer.ring(),
    drop(waitMs) {
      holdOffMs = waitMs;
      void session?.end();
    },
    async stop() {
      await session?.end();
      stopping.abort();
      await running;
    },
  };
}
