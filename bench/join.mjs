import { join } from 'node:path';
import { inWorkshop, listNodes, makeToken, startAgent, startHub, until } from '@meshdeck/testing/mesh';
import { inMs, percentile, report } from './lib/report.mjs';

const rounds = 20;
const knownAgents = 3;
const pollMs = 5;

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

/** @param {RunningHub} hub @param {string[]} names */
const untilActive = (hub, names) =>
  until(
    () => listNodes(hub),
    (nodes) =>
      names.every((name) =>
        nodes.some(
          (node) => node.name === name && node.membership === 'joined' && node.presence === 'active',
        ),
      ),
    { what: `${names.join(', ')} to be back`, everyMs: pollMs },
  );

/** From the start of a new machine's process to the hub listing it as active. @param {RunningHub} hub @param {string} folder */
async function agentStarts(hub, folder) {
  const token = await makeToken(hub, rounds);
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `new-${round}`;
    const startedAt = performance.now();
    const flags = ['--interface', '127.0.0.1', '--name', name, '--join', token];
    const agent = startAgent({ dataDir: join(folder, name), flags });
    try {
      await untilActive(hub, [name]);
      times.push(performance.now() - startedAt);
    } finally {
      await agent.stop();
    }
  }
  return times;
}

/** A hub on ports of its own that keeps them when it is started again. @param {RunningHub} hub */
function portsOf({ ready }) {
  const port = (/** @type {string} */ url) => new URL(url).port;
  return [
    ...['--port', port(ready.url), '--tls-port', port(ready.tls)],
    ...['--mqtt-port', port(ready.mqtt), '--sensor-port', port(ready.sensors)],
    ...['--interface', '127.0.0.1', '--lan-host', '127.0.0.1'],
  ];
}

/** @param {string} folder @param {<P extends { stop: () => Promise<void> }>(program: P) => P} keep */
async function hubStarts(folder, keep) {
  const dataDir = join(folder, 'hub');
  let hub = await startHub({ dataDir });
  const flags = portsOf(hub);
  // Only ever one hub: the last one is the one to stop.
  keep({ stop: () => hub.stop() });
  const started = await agentStarts(hub, folder);
  const names = Array.from({ length: knownAgents }, (_, index) => `known-${index}`);
  const token = await makeToken(hub, knownAgents);
  for (const name of names) {
    keep(
      startAgent({
        dataDir: join(folder, name),
        flags: ['--interface', '127.0.0.1', '--name', name, '--join', token],
      }),
    );
  }
  await untilActive(hub, names);
  /** @type {{ fromStart: number[], fromReady: number[] }} */
  const back = { fromStart: [], fromReady: [] };
  for (let round = 0; round < rounds; round += 1) {
    await hub.stop();
    const startedAt = performance.now();
    hub = await startHub({ dataDir, flags });
    const readyAt = performance.now();
    await untilActive(hub, names);
    back.fromStart.push(performance.now() - startedAt);
    back.fromReady.push(performance.now() - readyAt);
  }
  return { started, back };
}

export default async function benchJoin() {
  const { started, back } = await inWorkshop(({ folder, keep }) => hubStarts(folder, keep));
  /** @param {string} what @param {number[]} times @param {string} [note] */
  const line = (what, times, note = '') => ({
    what,
    value: `p50 ${inMs(percentile(times, 0.5))}, p95 ${inMs(percentile(times, 0.95))}`,
    note,
  });
  report(
    'join',
    [
      line('agent start to listed', started, `${rounds} new machines; wanted: p95 at most 2000 ms`),
      line(
        `hub ready to ${knownAgents} known agents back`,
        back.fromReady,
        `${rounds} restarts; wanted: p95 at most 1000 ms`,
      ),
      line(`hub process start to ${knownAgents} known agents back`, back.fromStart),
    ],
    {
      agentStartToListedMs: started,
      hubReadyToAgentsBackMs: back.fromReady,
      hubStartToAgentsBackMs: back.fromStart,
    },
  );
}
