import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { hubServiceType, type HubTxt } from '@meshdeck/shared';
import { createMeshDiscovery } from '@meshdeck/shared/runtime';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { Bonjour } from 'bonjour-service';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { createAgentDiscovery } from './discovery.js';

const loopback = '127.0.0.1';

/** Announces a hub on loopback, as the hub does; gives the function that ends it and the agents it has heard of. */
function announce(hub: FakeHub) {
  const heard: unknown[] = [];
  const discovery = createMeshDiscovery({
    listInterfaces: networkInterfaces,
    insist: loopback,
    openResponder: (address, onError) =>
      new Bonjour({ interface: address, bind: '0.0.0.0' } as object, onError),
    announce: () => ({
      name: hub.hubId,
      type: hubServiceType,
      port: hub.tlsPort,
      txt: {
        id: hub.hubId,
        fp: hub.fingerprint,
        v: '0.1.0',
        name: 'Fake hub',
        tls: String(hub.tlsPort),
        mqtt: String(hub.mqttPort),
      } satisfies Record<keyof HubTxt, string>,
    }),
    browseType: 'meshdeck-node',
    onFound: ({ txt }) => heard.push(txt),
    onGone: () => undefined,
    onTrouble: () => undefined,
  });
  discovery.start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= discovery.stop());
  onTestFinished(stop);
  return { heard, stop };
}

const holding = (hub: FakeHub) =>
  hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));

it('finds its hub with no address given, within two seconds of its start, and announces itself', async () => {
  const hub = await testHub();
  const { heard } = announce(hub);
  const started = Date.now();
  // The token's fingerprint keeps hubs of other tests on this machine out.
  const agent = await testAgent({
    dataFolder: await temporaryFolder(),
    mdns: true,
    interface: loopback,
    token: hub.token({ addresses: [] }),
  });
  await holding(hub);
  expect(Date.now() - started).toBeLessThan(2000);
  await expect
    .poll(() => heard)
    .toContainEqual(expect.objectContaining({ id: agent.nodeId, hub: hub.hubId }));
});

it('joins none of several hubs by guess, says which it hears, and joins the one it is told', async () => {
  const [one, other] = [await testHub(), await testHub()];
  announce(one);
  announce(other);
  const agent = await testAgent({ dataFolder: await temporaryFolder(), mdns: true, interface: loopback });
  await expect.poll(() => agent.notices.map(({ code }) => code), { timeout: 8000 }).toContain('several-hubs');
  const told = agent.notices.map(({ message }) => message).join('\n');
  for (const hub of [one, other]) {
    expect(told).toContain(`"Fake hub" at 127.0.0.1:${hub.tlsPort}`);
    expect(hub.pairing.attempts).toEqual([]);
  }
  await agent.stop();
  const chosen = await testAgent({
    dataFolder: await temporaryFolder(),
    mdns: true,
    interface: loopback,
    hub: other.url,
  });
  await holding(other);
  await chosen.stop();
  expect(one.pairing.attempts).toEqual([]);
}, 15_000);

it('follows its hub to other ports', async () => {
  const hub = await startFakeHub();
  const first = announce(hub);
  await testAgent({
    dataFolder: await temporaryFolder(),
    mdns: true,
    interface: loopback,
    token: hub.token({ addresses: [] }),
  });
  await holding(hub);
  await first.stop();
  await hub.stop();
  const moved = await testHub({ identity: hub.identity });
  expect(moved.tlsPort).not.toBe(hub.tlsPort);
  announce(moved);
  const served = Date.now();
  await holding(moved);
  expect(Date.now() - served).toBeLessThan(1000);
});

it('hears a hub again at every refresh, so that one whose address changed is found', async () => {
  const hub = await testHub();
  announce(hub);
  const pem = await createIdentity({ commonName: 'agent', now: new Date() });
  const heard: string[] = [];
  const discovery = createAgentDiscovery({
    identity: { ...pem, fingerprint: 'ab'.repeat(32), nodeId: 'a'.repeat(26) },
    name: 'test machine',
    insist: loopback,
    hubId: () => '',
    onFound: ({ name }) => heard.push(name),
    onGone: () => undefined,
    logger: pino({ level: 'silent' }),
  });
  discovery.start();
  onTestFinished(() => discovery.stop());
  const times = () => heard.filter((name) => name === hub.hubId).length;
  await expect.poll(times).toBe(1);
  discovery.refresh();
  await expect.poll(times).toBe(2);
});

it('outlives a port that it cannot have', async () => {
  const owner = createSocket('udp4');
  owner.bind(0, '0.0.0.0');
  await once(owner, 'listening');
  onTestFinished(() => void owner.close());
  const { port } = owner.address();
  const troubles: unknown[] = [];
  const discovery = createMeshDiscovery({
    listInterfaces: networkInterfaces,
    insist: loopback,
    openResponder: (address, onError) =>
      new Bonjour({ interface: address, bind: '0.0.0.0', port, reuseAddr: false } as object, onError),
    announce: () => ({ name: 'us', type: hubServiceType, port: 1, txt: {} }),
    browseType: hubServiceType,
    onFound: () => undefined,
    onGone: () => undefined,
    onTrouble: (_name, error) => troubles.push(error),
  });
  discovery.start();
  onTestFinished(() => discovery.stop());
  await expect.poll(() => troubles).toMatchObject([{ code: 'EADDRINUSE' }]);
  expect(discovery.interfaces()).toEqual([]);
});
