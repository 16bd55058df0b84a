import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeJoinToken,
  idFromFingerprint,
  pairingCode,
  pairingCommitment,
  type HelloRequest,
} from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { nodeDocumentSchema } from '../nodes/node-document.js';
import { createEvents } from '../events.js';
import type { NodeEvents } from '../nodes/node-events.js';
import { createNodeRegistry, silenceMs } from '../nodes/registry.js';
import { openCollection } from '../stores/documents.js';
import { createJoinTokens, joinTokenDocumentSchema } from './join-tokens.js';
import { createPairing, type Pairing } from './pairing.js';

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

type Room = Awaited<ReturnType<typeof open>>;
type Peer = Room['peer'];

const stranger = (index: number, address: string): Peer => ({
  fingerprint: index.toString(16).padStart(8, '0').padEnd(64, '0'),
  address,
});

/** A machine's first message, and what it keeps for the second. */
async function begin(pairing: Pairing, peer: Peer, hubKey = hub.fingerprint) {
  const agentNonce = randomBytes(32).toString('hex');
  const commitment = await pairingCommitment({ agentKey: peer.fingerprint, hubKey, agentNonce });
  const machine = { name: 'lab-1', version: '0.1.0', platform: 'linux' };
  return { ...(await pairing.start(peer, { ...machine, commitment })), agentNonce };
}

/** A machine that shows its code. */
async function ask(pairing: Pairing, peer: Peer) {
  const { pairingId, hubNonce, agentNonce } = await begin(pairing, peer);
  await pairing.reveal(peer, pairingId, { agentNonce });
  const keys = { agentKey: peer.fingerprint, hubKey: hub.fingerprint };
  return { pairingId, code: await pairingCode({ ...keys, agentNonce, hubNonce }) };
}

async function open(existingDir?: string, onLog?: (line: string) => void) {
  const dir = existingDir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-pairing-')));
  if (existingDir === undefined) onTestFinished(() => rm(dir, { recursive: true, force: true }));
  let time = 1_000_000;
  const now = () => time;
  const lost: string[] = [];
  const active: string[] = [];
  const events = createEvents<NodeEvents>({ logger });
  events.on('active', (id) => void active.push(id));
  events.on('lost', (id, reason) => void lost.push(`${id} ${reason}`));
  const nodes = await createNodeRegistry({
    collection: await openCollection({ dir, name: 'nodes', schema: nodeDocumentSchema, logger }),
    logger,
    now,
    announce: events.emit,
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
    logger: onLog === undefined ? logger : pino({ level: 'warn' }, { write: onLog }),
  });
  onTestFinished(() => pairing.stop());
  const peer = { fingerprint: key, address: '192.0.2.7' };
  return {
    dir,
    nodes,
    joinTokens,
    pairing,
    peer,
    lost,
    active,
    /** A stranger that asked and gave up, without using up attempts. */
    async makePending(index: number) {
      const { fingerprint, address } = stranger(index, '192.0.2.9');
      time += 1;
      if (index < 300) await nodes.introduce(idFromFingerprint(fingerprint), fingerprint, address, hello());
      else await ask(pairing, { fingerprint, address });
    },
    advance: (ms: number) => {
      time += ms;
    },
  };
}

async function tokenFor({ joinTokens }: Room, uses = 1, ttlSeconds = 60) {
  const created = await joinTokens.create({ uses, ttlSeconds });
  const { tokenId, secret } = decodeJoinToken(created.token);
  return { join: { tokenId, secret }, created };
}

describe('pairing', () => {
  it('shows both ends the same code, and lets the machine in once a person gives it', async () => {
    const { pairing, peer, nodes } = await open();
    const { code, pairingId } = await ask(pairing, peer);
    expect(code).toMatch(/^\d{6}$/);
    expect(pairing.codeOf(nodeId)).toMatchObject({ code, expiresAt: expect.any(Number) as number });
    expect(nodes.state(nodeId)).toMatchObject({
      presence: 'active',
      document: { membership: 'pending', name: 'lab-1', inventory: null, labels: {} },
    });
    const news = pairing.watch(peer, pairingId, new AbortController().signal);
    expect(pairing.isJoined(key)).toBe(false);
    await expect(pairing.hello(peer, hello())).rejects.toMatchObject({ code: 'pairing-required' });
    await pairing.approve(nodeId, code);
    expect(await news).toMatchObject({ state: 'approved' });
    expect(pairing.isJoined(key)).toBe(true);
    expect(pairing.codeOf(nodeId)).toBeNull();
    expect(await pairing.hello(peer, hello())).toMatchObject({ nodeId, mqttPort: 8883 });
  });

  it('takes no nonce but the one committed to: neither end can search for a code that matches', async () => {
    const { pairing, peer, nodes } = await open();
    const started = await begin(pairing, peer);
    const searched = randomBytes(32).toString('hex');
    await expect(pairing.reveal(peer, started.pairingId, { agentNonce: searched })).rejects.toMatchObject({
      code: 'pairing-failed',
    });
    // The first broken commitment ended it: the right nonce comes too late now.
    await expect(
      pairing.reveal(peer, started.pairingId, { agentNonce: started.agentNonce }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect(nodes.states()).toEqual([]);
  });

  it('notices a machine that saw another hub key than this hub has', async () => {
    const { pairing, peer, nodes } = await open();
    const started = await begin(pairing, peer, 'e'.repeat(64));
    await expect(pairing.reveal(peer, started.pairingId, { agentNonce: started.agentNonce })).rejects.toThrow(
      /stand between/,
    );
    expect(nodes.states()).toEqual([]);
  });

  it('gives somebody in the middle another code on each side, and a new one at every try', async () => {
    const { pairing, peer } = await open();
    const middle = { fingerprint: 'c'.repeat(64), address: '192.0.2.66' };
    // Towards the machine the middle is a hub with its own key and a nonce of its choice.
    const agentNonce = randomBytes(32).toString('hex');
    const onMachine = await pairingCode({
      agentKey: peer.fingerprint,
      hubKey: middle.fingerprint,
      agentNonce,
      hubNonce: randomBytes(32).toString('hex'),
    });
    const onHub = new Set<string>();
    for (let tries = 0; tries < 10; tries += 1) onHub.add((await ask(pairing, middle)).code);
    expect(onHub.size).toBeGreaterThan(8);
    expect(onHub).not.toContain(onMachine);
    await expect(pairing.approve(idFromFingerprint(middle.fingerprint), onMachine)).rejects.toMatchObject({
      code: 'code-mismatch',
    });
    expect(pairing.isJoined(middle.fingerprint)).toBe(false);
  });

  it('forgets a code after three wrong ones', async () => {
    const { pairing, peer } = await open();
    const { code, pairingId } = await ask(pairing, peer);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(pairing.approve(nodeId, wrong)).rejects.toMatchObject({ code: 'code-mismatch' });
    }
    await expect(pairing.approve(nodeId, code)).rejects.toMatchObject({ code: 'conflict' });
    await expect(pairing.watch(peer, pairingId, new AbortController().signal)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('lets a code expire, and a nonce that comes too late count for nothing', async () => {
    const { pairing, peer, advance } = await open();
    const { code, pairingId } = await ask(pairing, peer);
    advance(600_001);
    expect(pairing.codeOf(nodeId)).toBeNull();
    await expect(pairing.approve(nodeId, code)).rejects.toMatchObject({ code: 'conflict' });
    await expect(pairing.watch(peer, pairingId, new AbortController().signal)).rejects.toMatchObject({
      code: 'conflict',
    });
    const late = await begin(pairing, peer);
    advance(30_001);
    await expect(pairing.reveal(peer, late.pairingId, { agentNonce: late.agentNonce })).rejects.toMatchObject(
      { code: 'conflict' },
    );
  });

  it('counts only the newest attempt of a machine, and knows whose attempt it is', async () => {
    const { pairing, peer } = await open();
    const first = await ask(pairing, peer);
    const second = await ask(pairing, peer);
    expect(pairing.codeOf(nodeId)?.code).toBe(second.code);
    const signal = new AbortController().signal;
    await expect(pairing.watch(peer, first.pairingId, signal)).rejects.toMatchObject({
      code: 'conflict',
    });
    const thief = { fingerprint: 'd'.repeat(64), address: '192.0.2.8' };
    await expect(pairing.watch(thief, second.pairingId, signal)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('limits and logs attempts, of one machine and of everybody together', async () => {
    const logged: string[] = [];
    const { pairing, peer } = await open(undefined, (line) => logged.push(line));
    for (let tries = 0; tries < 10; tries += 1) await begin(pairing, peer);
    await expect(begin(pairing, peer)).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(logged.filter((line) => line.includes('too many attempts'))).toHaveLength(1);
    const started: unknown[] = [];
    const refused: unknown[] = [];
    for (let index = 0; index < 2000; index += 1) {
      await begin(pairing, stranger(index, `192.0.2.${index % 200}`)).then(
        (fine) => started.push(fine),
        (error: unknown) => refused.push(error),
      );
    }
    // 600 chances in a million, less those of the one machine before.
    expect(started).toHaveLength(590);
    expect(refused[0]).toMatchObject({ code: 'too-many-requests' });
  });

  it('lets nobody use up the attempts of others: a machine elsewhere still gets its code', async () => {
    const { pairing, peer, nodes } = await open();
    let asking = 0;
    for (let index = 0; index < 500; index += 1) {
      await ask(pairing, stranger(index, `192.0.2.${index % 5}`)).then(
        () => (asking += 1),
        () => undefined,
      );
    }
    expect(asking).toBeLessThan(300);
    const { code } = await ask(pairing, peer);
    expect(pairing.codeOf(nodeId)?.code).toBe(code);
    await pairing.approve(nodeId, code);
    expect(nodes.membershipOf(nodeId)).toBe('joined');
  });

  it('lists machines of every address, though one asks in the name of more than the list holds', async () => {
    const { pairing, peer, nodes } = await open();
    const pendingFrom = (address: string) =>
      nodes.states().filter(({ document }) => document.address === address).length;
    // Three addresses that never stop asking fill the list.
    for (let index = 0; index < 310; index += 1) {
      const { fingerprint } = stranger(index, '');
      const id = idFromFingerprint(fingerprint);
      const machine = { name: 'x', version: '0.1.0', platform: 'linux', commitment: 'c'.repeat(64) };
      await nodes.introduce(id, fingerprint, `192.0.2.${index % 3}`, machine);
      nodes.setAsking(id, true);
    }
    const before = nodes.states().length;
    const { code } = await ask(pairing, peer);
    expect(pairing.codeOf(nodeId)?.code).toBe(code);
    expect(nodes.states()).toHaveLength(before);
    expect(pendingFrom(peer.address)).toBe(1);
  });

  it('says that a machine which stopped asking is gone, and lets it ask again', async () => {
    const { pairing, peer, nodes } = await open();
    const { pairingId } = await ask(pairing, peer);
    const left = new AbortController();
    const news = pairing.watch(peer, pairingId, left.signal);
    left.abort();
    expect(await news).toMatchObject({ state: 'waiting' });
    expect(nodes.state(nodeId)?.presence).toBe('lost');
    void pairing.watch(peer, pairingId, new AbortController().signal).catch(() => undefined);
    expect(nodes.state(nodeId)?.presence).toBe('active');
  });

  it('turns a rejected machine away, now and when it comes back', async () => {
    const { pairing, peer } = await open();
    const { pairingId } = await ask(pairing, peer);
    await pairing.reject(nodeId);
    expect(await pairing.watch(peer, pairingId, new AbortController().signal)).toMatchObject({
      state: 'rejected',
    });
    await expect(begin(pairing, peer)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(pairing.hello(peer, hello())).rejects.toMatchObject({ code: 'forbidden' });
    expect(pairing.admit(key, `${nodeId}:${one}`, '')).toBeNull();
  });

  it('asks a person again for a machine that was in and has forgotten this hub', async () => {
    const room = await open();
    const { join } = await tokenFor(room);
    await room.pairing.hello(room.peer, hello({ join }));
    const { code } = await ask(room.pairing, room.peer);
    expect(room.pairing.isJoined(key)).toBe(false);
    await room.pairing.approve(nodeId, code);
    expect(room.pairing.isJoined(key)).toBe(true);
  });

  it('keeps the list of strangers short: who gave up asking makes room', async () => {
    const { nodes, makePending } = await open();
    for (let index = 0; index < 300; index += 1) await makePending(index);
    expect(nodes.states()).toHaveLength(300);
    await makePending(300);
    expect(nodes.states()).toHaveLength(300);
    expect(nodes.state(idFromFingerprint(stranger(0, '').fingerprint))).toBeUndefined();
  });
});

describe('joining with a token', () => {
  it('lets a machine in, and takes one use off the token', async () => {
    const room = await open();
    const { join, created } = await tokenFor(room);
    expect(decodeJoinToken(created.token)).toMatchObject({
      hubFingerprint: hub.fingerprint,
      addresses: ['192.0.2.1:7421'],
    });
    await room.pairing.hello(room.peer, hello({ join }));
    expect(room.pairing.isJoined(key)).toBe(true);
    expect(room.joinTokens.list()[0]?.usesLeft).toBe(0);
    // It comes back after a restart with the same command line.
    await room.pairing.hello(room.peer, hello({ join }));
    await expect(
      room.pairing.hello({ fingerprint: 'b'.repeat(64), address: '192.0.2.8' }, hello({ join })),
    ).rejects.toMatchObject({ code: 'token-used-up' });
    expect(room.nodes.states()).toHaveLength(1);
  });

  it('takes one use for a machine that asked again before its first hello was answered', async () => {
    const room = await open();
    const { join } = await tokenFor(room, 2);
    const asked = [1, 2, 3].map(() => room.pairing.hello(room.peer, hello({ join })));
    await expect(Promise.all(asked)).resolves.toHaveLength(3);
    const other = stranger(7, '192.0.2.8');
    await expect(room.pairing.hello(other, hello({ join }))).resolves.toMatchObject({ hubName: 'lab' });
  });

  it('keeps nothing of a machine whose token is wrong, revoked or too old', async () => {
    const room = await open();
    const { join } = await tokenFor(room);
    const wrong = hello({ join: { ...join, secret: 'x'.repeat(32) } });
    await expect(room.pairing.hello(room.peer, wrong)).rejects.toMatchObject({ code: 'token-invalid' });
    room.advance(61_000);
    await expect(room.pairing.hello(room.peer, hello({ join }))).rejects.toThrow(/expired/);
    const { join: next } = await tokenFor(room);
    await room.joinTokens.revoke(next.tokenId);
    await expect(room.pairing.hello(room.peer, hello({ join: next }))).rejects.toMatchObject({
      code: 'token-invalid',
    });
    expect(room.nodes.states()).toHaveLength(0);
  });

  it('notices a second live machine with the same identity, and lets a restarted one in', async () => {
    const room = await open();
    const { pairing, peer, nodes } = room;
    const { join } = await tokenFor(room);
    await pairing.hello(peer, hello({ join }));
    nodes.connected(nodeId, one, peer.address);
    await expect(pairing.hello(peer, hello({ instanceId: two }))).rejects.toMatchObject({
      code: 'identity-cloned',
    });
    await expect(begin(pairing, peer)).rejects.toMatchObject({ code: 'identity-cloned' });
    expect(pairing.admit(key, `${nodeId}:${two}`, '')).toBeNull();
    nodes.disconnected(nodeId, one);
    expect((await pairing.hello(peer, hello({ instanceId: two }))).nodeId).toBe(nodeId);
    expect(pairing.admit(key, `${nodeId}:${two}`, '')).toMatchObject({ kind: 'node', nodeId });
  });

  it('remembers its machines over a restart, as lost until they are heard', async () => {
    const before = await open();
    const { join } = await tokenFor(before);
    await before.pairing.hello(before.peer, hello({ name: 'lab-9', join }));
    await before.nodes.stop();
    const { nodes, active } = await open(before.dir);
    expect(nodes.state(nodeId)).toMatchObject({ presence: 'lost', document: { name: 'lab-9' } });
    nodes.connected(nodeId, two, '192.0.2.7');
    expect(active).toEqual([nodeId]);
  });
});

describe('presence', () => {
  it('calls a machine lost when its connection ends, and says whether it said goodbye', async () => {
    const { peer, nodes, lost } = await open();
    await nodes.introduce(nodeId, peer.fingerprint, peer.address, hello());
    nodes.connected(nodeId, one, peer.address);
    nodes.disconnected(nodeId, one);
    nodes.connected(nodeId, one, peer.address);
    nodes.takeStatus(nodeId, { state: 'offline', reason: 'stopped', instanceId: one, ts: 1 });
    expect(lost).toEqual([`${nodeId} connection-lost`, `${nodeId} stopped`]);
  });

  it('calls a silent machine lost within five seconds, unless the hub itself stood still', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { peer, nodes, lost, advance } = await open();
    await nodes.introduce(nodeId, peer.fingerprint, peer.address, hello());
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
    expect(waited).toBeGreaterThan(silenceMs());
    expect(waited).toBeLessThanOrEqual(5_000);
    await nodes.stop();
  });

  it('does not let a late metric raise a machine that said goodbye', async () => {
    const { peer, nodes } = await open();
    await nodes.introduce(nodeId, peer.fingerprint, peer.address, hello());
    nodes.connected(nodeId, one, peer.address);
    nodes.takeStatus(nodeId, { state: 'offline', reason: 'stopped', instanceId: one, ts: 1 });
    nodes.heard(nodeId);
    expect(nodes.state(nodeId)?.presence).toBe('lost');
  });
});
