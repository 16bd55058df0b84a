import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startRabbitmq } from '@meshdeck/testing/brokers';
import { callHub, isReadyForWork, listNodes, startAgent, startHub, until } from '@meshdeck/testing/mesh';
import { createLink } from './link.mjs';

/** RabbitMQ 3.10 can lose a quorum queue for good that was made a moment before it is killed (docs/decisions/jobs.md). */
const queueAgeMs = 5_000;
const startAgainMs = 500;
const startTries = 20;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
/** @param {string} url */
const portOf = (url) => Number(new URL(url).port);

/**
 * A hub, agents and perhaps RabbitMQ that are killed and come back. `stop` ends all of it.
 *
 * @typedef {Awaited<ReturnType<typeof startSoakMesh>>} SoakMesh
 */

/**
 * @param {{ folder: string, ground: import('./ground.mjs').Ground, route: 'mqtt' | 'rabbitmq', agents: number,
 *   slots: number, journal: import('./journal.mjs').Journal, signal: AbortSignal,
 *   onStop: (dispose: () => unknown) => void }} options `signal` is aborted before what `onStop` was given is called
 */
export async function startSoakMesh({ folder, ground, route, agents, slots, journal, signal, onStop }) {
  /** Programs that ended although nobody killed them. @type {string[]} */
  const endedThemselves = [];
  mkdirSync(folder, { recursive: true });

  const rabbit = route === 'rabbitmq' ? await startRabbitmq() : null;
  /** @type {import('./link.mjs').Link | null} */
  let rabbitLink = null;
  let amqpUrl = '';
  if (rabbit !== null) {
    onStop(() => rabbit.stop());
    const port = rabbit.port;
    // The hub and the agents reach RabbitMQ by a link of its own, on a neighbouring address.
    const host = ground.setCable === null ? '127.0.0.19' : ground.hubAddress;
    rabbitLink = await createLink({ host, targetHost: '127.0.0.1', ports: [{ from: port, to: port }] });
    const link = rabbitLink;
    onStop(() => link.close());
    amqpUrl = rabbit.url.replace('127.0.0.1', host);
  }

  const hubFlags = [...ground.hubFlags, ...(rabbit === null ? [] : ['--amqp', amqpUrl])];
  const dataDir = join(folder, 'hub');
  const hubLog = journal.outputOf('hub');
  /** @type {import('@meshdeck/testing/mesh').RunningHub | null} */
  let hub = null;
  /** @type {Promise<void> | null} */
  let hubComing = null;

  /** @param {string[]} flags */
  async function bringHub(flags) {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const started = await startHub({ dataDir, flags, onOutput: hubLog });
        if (signal.aborted) return void (await started.stop());
        hub = started;
        void started.exited.then(({ code, signal: by }) => {
          if (hub !== started || signal.aborted) return;
          hub = null;
          endedThemselves.push(`the hub (${by ?? code})`);
          journal.note('hub ended by itself', { code, by, output: started.output().slice(-2000) });
          hubComing = bringHub(flags).finally(() => (hubComing = null));
        });
        return;
      } catch (error) {
        // Somebody else may have taken a port meanwhile.
        journal.note('hub does not start', { error: String(error).slice(0, 2000) });
        if (tries === startTries) throw error;
        await pause(startAgainMs);
      }
    }
  }

  onStop(() => hub?.stop());
  await bringHub(hubFlags);
  const first = /** @type {import('@meshdeck/testing/mesh').RunningHub} */ (/** @type {unknown} */ (hub));
  const { ready } = first;
  const ports = [portOf(ready.tls), portOf(ready.mqtt)].map((port) => ({ from: port, to: port }));
  /** @type {string[]} */
  const keptFlags = [
    ...['--port', String(portOf(ready.url)), '--tls-port', String(portOf(ready.tls))],
    ...['--mqtt-port', String(portOf(ready.mqtt)), '--sensor-port', String(portOf(ready.sensors))],
    ...hubFlags.slice(8),
  ];

  /** @type {import('@meshdeck/shared').CreatedJoinToken} */
  const created = await callHub(first, '/join-tokens', {
    method: 'POST',
    json: { uses: agents, ttlSeconds: 3600 },
  });
  const { decodeJoinToken, encodeJoinToken } = await import('@meshdeck/shared');
  // Without the hub's own address: every way to it leads through an agent's link.
  const token = encodeJoinToken({ ...decodeJoinToken(created.token), addresses: [] });

  const machines = await Promise.all(
    Array.from({ length: agents }, async (_, index) => {
      const host = ground.linkAddress(index);
      const link = await createLink({ host, targetHost: ground.hubAddress, ports });
      onStop(() => link.close());
      const name = `soak-${index + 1}`;
      const log = journal.outputOf(name);
      const machine = {
        name,
        link,
        dataDir: join(folder, name),
        /** @type {import('@meshdeck/testing/programs').Program | null} */
        program: null,
        start() {
          if (signal.aborted) return;
          const program = startAgent({
            dataDir: machine.dataDir,
            flags: [
              ...ground.agentFlags,
              ...['--name', name, '--slots', String(slots), '--join', token],
              ...['--hub', `https://${host}:${portOf(ready.tls)}`],
            ],
            before: ground.before(index),
            onOutput: log,
          });
          machine.program = program;
          void program.exited.then(async ({ code, signal: by }) => {
            if (machine.program !== program || signal.aborted) return;
            endedThemselves.push(`${name} (${by ?? code})`);
            journal.note('agent ended by itself', { name, code, by, output: program.output().slice(-2000) });
            await pause(startAgainMs);
            machine.start();
          });
        },
      };
      onStop(() => machine.program?.stop());
      machine.start();
      return machine;
    }),
  );

  /** @template T @param {(hub: import('@meshdeck/testing/mesh').RunningHub) => Promise<T>} ask */
  async function whenThere(ask) {
    for (;;) {
      if (hub !== null) return ask(hub);
      if (signal.aborted) throw new Error('The soak was stopped.');
      await pause(50);
    }
  }

  await until(
    () => whenThere(listNodes),
    (nodes) => nodes.filter((node) => isReadyForWork(node) && (node.score?.score ?? 0) > 0).length === agents,
    { what: `${agents} machines to take work`, timeoutMs: 120_000 },
  );
  if (rabbit !== null) await pause(queueAgeMs);

  let rabbitDown = false;
  return {
    ready,
    machines,
    endedThemselves,
    rabbitLink,
    hasRabbit: rabbit !== null,
    isHubUp: () => hub !== null,
    isRabbitUp: () => !rabbitDown,
    /** Asks the hub that is up now; waits for one. */
    whenThere,
    /** The CLI's environment. */
    env: first.env,

    /** @param {number} downMs */
    async killHub(downMs) {
      const victim = hub;
      if (victim === null) return;
      hub = null;
      victim.kill('SIGKILL');
      await victim.exited;
      await pause(downMs);
      hubComing ??= bringHub(keptFlags).finally(() => (hubComing = null));
      await hubComing;
    },

    /** @param {number} index @param {number} downMs */
    async killAgent(index, downMs) {
      const machine = machines[index];
      const victim = machine?.program;
      if (machine === undefined || victim === null || victim === undefined) return;
      machine.program = null;
      victim.kill('SIGKILL');
      await victim.exited;
      await pause(downMs);
      machine.start();
    },

    /** @param {number} downMs */
    async killRabbit(downMs) {
      if (rabbit === null || rabbitDown) return;
      rabbitDown = true;
      await rabbit.kill();
      await pause(downMs);
      if (!signal.aborted) await rabbit.start();
      rabbitDown = false;
    },
  };
}
