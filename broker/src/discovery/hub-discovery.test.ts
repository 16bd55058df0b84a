import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import {
  hubServiceType,
  idFromFingerprint,
  nodeServiceType,
  type HubTxt,
  type NodeTxt,
} from '@meshdeck/shared';
import { createMeshDiscovery } from '@meshdeck/shared/runtime';
import Bonjour from 'bonjour-service';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createHubDiscovery } from './hub-discovery.js';

const loopback = '127.0.0.1';
const newKey = () => {
  const fp = randomBytes(32).toString('hex');
  return { fp, id: idFromFingerprint(fp) };
};

/** Announces a machine on loopback, as an agent does; its name may change. */
function announcedNode() {
  const { id, fp } = newKey();
  const words = { name: 'bench 3' };
  const hubs: string[] = [];
  const discovery = createMeshDiscovery({
    listInterfaces: networkInterfaces,
    insist: loopback,
    openResponder: (address, onError) =>
      new Bonjour({ interface: address, bind: '0.0.0.0' } as object, onError),
    announce: () => ({
      name: id,
      type: nodeServiceType,
      port: 9,
      txt: { id, fp, v: '0.1.0', hub: '', ...words } satisfies NodeTxt,
    }),
    browseType: hubServiceType,
    onFound: ({ name }) => hubs.push(name),
    onGone: () => undefined,
    onTrouble: () => undefined,
  });
  discovery.start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= discovery.stop());
  onTestFinished(stop);
  return { id, words, hubs, discovery, stop };
}

function hubInTest() {
  const { id, fp } = newKey();
  const changes: string[] = [];
  const gone: string[] = [];
  const discovery = createHubDiscovery({
    insist: loopback,
    txt: () => ({ id, fp, v: '0.1.0', name: 'Lab', tls: 7421, mqtt: 8883 }) satisfies HubTxt,
    seenChanged: (nodeId) => changes.push(nodeId),
    seenGone: (nodeId) => gone.push(nodeId),
    now: Date.now,
    logger: pino({ level: 'silent' }),
  });
  discovery.start();
  onTestFinished(() => discovery.stop());
  /** Asks once more: two that start at the same moment may miss each other's first words. */
  const look = (nodeId: string) => {
    discovery.refresh();
    return discovery.seen().find((each) => each.id === nodeId);
  };
  return { id, discovery, changes, gone, look };
}

it('sees a machine, hears its new name, and tells each change once however often it asks', async () => {
  const hub = hubInTest();
  const node = announcedNode();
  const seen = () => hub.look(node.id);
  const changes = () => hub.changes.filter((id) => id === node.id).length;
  await expect.poll(() => seen()?.name).toBe('bench 3');
  expect(changes()).toBe(1);
  node.words.name = 'bench 4';
  node.discovery.announceAgain();
  await expect.poll(() => seen()?.name).toBe('bench 4');
  expect(seen()?.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
});

it('forgets a machine that says goodbye', async () => {
  const hub = hubInTest();
  const node = announcedNode();
  await expect.poll(() => hub.look(node.id)).toBeDefined();
  await node.stop();
  await expect.poll(() => hub.gone).toContain(node.id);
  expect(hub.discovery.seen().map(({ id }) => id)).not.toContain(node.id);
});

it('is heard again by a machine that asks again', async () => {
  const hub = hubInTest();
  const node = announcedNode();
  const times = () => node.hubs.filter((id) => id === hub.id).length;
  for (const round of [1, 2, 3]) {
    node.discovery.refresh();
    await expect.poll(times).toBeGreaterThanOrEqual(round);
  }
});
