import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJoinToken, idFromFingerprint, type HelloRequest } from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { nodeDocumentSchema } from '../nodes/node-document.js';
import { createNodeRegistry, silenceMs } from '../nodes/registry.js';
import { openCollection } from '../stores/documents.js';
import { createJoinTokens, joinTokenDocumentSchema } from './join-tokens.js';
import { createPairing } from './pairing.js';

const logger = pino({ level: 'silent' });
const hub = { id: idFromFingerprint('f'.repeat(64)), name: 'lab', fingerprint: 'f'.repeat(64) };
const key = 'a'.repeat(64);
const nodeId = idFromFingerprint(key);
const one = '1'.repeat(16);
const two = '2'.repeat(16);

const hello = (change: Partial<HelloRequest> = {}): HelloRequest => ({
  instanceId: one,
  name: 'lab-1',
  version: '0.1.0',
  platform: 'linux',
  slots: 2,
  labels: {},
  ...change,
});

async function open(existingDir?: string) {
  const dir = existingDir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-pairing-')));
  if (existingDir === undefined) onTestFinished(() => rm(dir, { recursive: true, force: true }));
  let time = 1_000_000;
  const now = () => time;
  const lost: string[] = [];
  const active: string[] = [];
  const nodes = await createNodeRegistry({
    collection: await openCollection({ dir, name: 'nodes', schema: nodeDocumentSchema, logger }),
    logger,
    now,
    events: {
      changed: () => undefined,
      removed: () => undefined,
      becameActive: (id) => active.push(id),
      becameLost: (id, reason) => lost.push(`${id} ${reason}`),
    },
  });
  const joinTokens = await createJoinTokens({
    collection: await openCollection({ dir, name: 'tokens', schema: joinTokenDocumentSchema, logger }),
    hubFingerprint: hub.fingerprint,
    addresses: () => ['192.0.2.1:7421'],
    now,
  });
  const pairing = createPairing({
    nodes,
    joinTokens,
    hub,
    mqttPort: () => 8883,
    accessFor: async () => null,
    now,
    logger,
  });
  const peer = { fingerprint: key, address: '192.0.2.7' };
  return {
    dir,
    nodes,
    joinTokens,
    pairing,
    peer,
    lost,
    active,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

async function tokenFor({ joinTokens }: Awaited<ReturnType<typeof open>>, uses = 1, ttlSeconds = 60) {
  const created = await joinTokens.create({ uses, ttlSeconds });
  const { tokenId, secret } = decodeJoinToken(created.token);
  return { join: { tokenId, secret }, created };
}

describe('joining', () => {
  it('keeps an unknown machine pending until it is approved', async () => {
    const { pairing, peer, nodes } = await open();
    const answer = await pairing.hello(peer, hello());
    expect(answer).toMatchObject({ membership: 'pending', nodeId, mqttPort: 8883 });
    expect(answer.code).toBe(pairing.codeFor(key));
    expect(pairing.isJoined(key)).toBe(false);
    await nodes.setMembership(nodeId, 'joined');
    expect((await pairing.hello(peer, hello())).membership).toBe('joined');
  });

  it('lets a machine with a join token in, and takes one use off it', async () => {
    const room = await open();
    const { join, created } = await tokenFor(room);
    expect(decodeJoinToken(created.token)).toMatchObject({
      hubFingerprint: hub.fingerprint,
      addresses: ['192.0.2.1:7421'],
    });
    expect((await room.pairing.hello(room.peer, hello({ join }))).membership).toBe('joined');
    expect(room.joinTokens.list()[0]?.usesLeft).toBe(0);
    // It comes back after a restart with the same command line.
    expect((await room.pairing.hello(room.peer, hello({ join }))).membership).toBe('joined');
    const stranger = { fingerprint: 'b'.repeat(64), address: '192.0.2.8' };
    await expect(room.pairing.hello(stranger, hello({ join }))).rejects.toMatchObject({
      code: 'token-used-up',
    });
    expect(room.nodes.states()).toHaveLength(1);
  });

  it('keeps nothing of a machine whose token is wrong or too old', async () => {
    const room = await open();
    const { join } = await tokenFor(room);
    const wrong = hello({ join: { ...join, secret: 'x'.repeat(32) } });
    await expect(room.pairing.hello(room.peer, wrong)).rejects.toMatchObject({ code: 'token-invalid' });
    room.advance(61_000);
    await expect(room.pairing.hello(room.peer, hello({ join }))).rejects.toThrow(/expired/);
    expect(room.nodes.states()).toHaveLength(0);
  });

  it('notices a second live machine with the same identity, and lets a restarted one in', async () => {
    const { pairing, peer, nodes } = await open();
    await pairing.hello(peer, hello());
    nodes.connected(nodeId, one, peer.address);
    await expect(pairing.hello(peer, hello({ instanceId: two }))).rejects.toMatchObject({
      code: 'identity-cloned',
    });
    expect(pairing.admit(key, `${nodeId}:${two}`, '')).toBeNull();
    nodes.disconnected(nodeId, one);
    expect((await pairing.hello(peer, hello({ instanceId: two }))).nodeId).toBe(nodeId);
    expect(pairing.admit(key, `${nodeId}:${two}`, '')).toMatchObject({ kind: 'node', nodeId });
  });

  it('lets no flood of strangers in, but still whoever brings a token', async () => {
    const room = await open();
    const stranger = (index: number) => ({
      fingerprint: index.toString(16).padStart(8, '0').padEnd(64, '0'),
      address: '192.0.2.9',
    });
    for (let index = 1; index <= 300; index += 1) await room.pairing.hello(stranger(index), hello());
    await expect(room.pairing.hello(stranger(301), hello())).rejects.toMatchObject({ code: 'forbidden' });
    const { join } = await tokenFor(room);
    expect((await room.pairing.hello(stranger(302), hello({ join }))).membership).toBe('joined');
    expect(room.nodes.states()).toHaveLength(301);
  });

  it('turns a rejected machine away', async () => {
    const { pairing, peer, nodes } = await open();
    await pairing.hello(peer, hello());
    await nodes.setMembership(nodeId, 'rejected');
    await expect(pairing.hello(peer, hello())).rejects.toMatchObject({ code: 'forbidden' });
    expect(pairing.admit(key, `${nodeId}:${one}`, '')).toBeNull();
  });

  it('remembers its machines over a restart, as lost until they are heard', async () => {
    const before = await open();
    await before.pairing.hello(before.peer, hello({ name: 'lab-9' }));
    await before.nodes.setMembership(nodeId, 'joined');
    await before.nodes.stop();
    const { nodes, active } = await open(before.dir);
    expect(nodes.state(nodeId)).toMatchObject({ presence: 'lost', document: { name: 'lab-9' } });
    nodes.connected(nodeId, two, '192.0.2.7');
    expect(active).toEqual([nodeId]);
  });
});

describe('presence', () => {
  it('calls a machine lost when its connection ends, and says whether it said goodbye', async () => {
    const { pairing, peer, nodes, lost } = await open();
    await pairing.hello(peer, hello());
    nodes.connected(nodeId, one, peer.address);
    nodes.disconnected(nodeId, one);
    nodes.connected(nodeId, one, peer.address);
    nodes.takeStatus(nodeId, { state: 'offline', reason: 'stopped', instanceId: one, ts: 1 });
    expect(lost).toEqual([`${nodeId} connection-lost`, `${nodeId} stopped`]);
  });

  it('calls a silent machine lost within five seconds, unless the hub itself stood still', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { pairing, peer, nodes, lost, advance } = await open();
    await pairing.hello(peer, hello());
    await nodes.setMembership(nodeId, 'joined');
    nodes.connected(nodeId, one, peer.address);
    nodes.start();
    advance(60_000);
    vi.advanceTimersByTime(250);
    expect(lost).toEqual([]);
    let waited = 0;
    while (lost.length === 0 && waited < 6_000) {
      advance(250);
      vi.advanceTimersByTime(250);
      waited += 250;
    }
    expect(lost).toEqual([`${nodeId} silent`]);
    expect(waited).toBeGreaterThan(silenceMs);
    expect(waited).toBeLessThanOrEqual(5_000);
    await nodes.stop();
  });

  it('does not let a late metric raise a machine that said goodbye', async () => {
    const { pairing, peer, nodes } = await open();
    await pairing.hello(peer, hello());
    nodes.connected(nodeId, one, peer.address);
    nodes.takeStatus(nodeId, { state: 'offline', reason: 'stopped', instanceId: one, ts: 1 });
    nodes.heard(nodeId);
    expect(nodes.state(nodeId)?.presence).toBe('lost');
  });
});
