import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFakeHub } from '../testing/fake-hub.js';
import { temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';

const holding = (hub: Awaited<ReturnType<typeof testHub>>, after = 0) =>
  hub.waitFor('holding', ({ reports }) => reports.filter(({ type }) => type === 'holding')[after]);

it('joins the hub it is pointed at: status, holding, heartbeats, inventory', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, labels: { room: 'lab2' } });
  await hub.waitFor('two heartbeats', ({ metrics }) => metrics[1], 6000);
  await hub.waitFor('the inventory', ({ inventories }) => inventories[0]);
  expect(hub.hellos).toMatchObject([{ name: 'test machine', slots: 2, labels: { room: 'lab2' } }]);
  expect(hub.statuses).toMatchObject([{ state: 'online', reason: 'started' }]);
  expect(hub.reports).toMatchObject([{ type: 'holding', attempts: [] }]);
  expect(hub.metrics.map(({ sequence }) => sequence).slice(0, 2)).toEqual([0, 1]);
  expect(hub.metrics[0]).toMatchObject({ slotsBusy: 0, slotsTotal: 2 });
  expect(agent.events).toEqual([`waiting ${hub.pairing.attempts[0]?.code}`, `joined ${agent.nodeId}`]);
  expect((await stat(join(dataFolder, 'identity.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
});

it('says goodbye when it is stopped', async () => {
  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await holding(hub);
  await agent.stop();
  expect(hub.statuses.at(-1)).toMatchObject({ state: 'offline', reason: 'stopped' });
});

it('waits for approval, showing the code, and joins the moment it comes', async () => {
  const hub = await testHub({ approveByHand: true });
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, labels: { room: 'secret lab' } });
  const { code, start } = await hub.waitFor('the code', ({ pairing }) =>
    pairing.attempts.find((a) => a.code),
  );
  await expect.poll(() => agent.events).toEqual([`waiting ${code}`]);
  // Nothing but the pairing messages, and in them nothing but what tells machines apart.
  expect(Object.keys(start).sort()).toEqual(['commitment', 'name', 'platform', 'version']);
  expect([hub.hellos, hub.statuses, hub.inventories, hub.connectedClients()]).toEqual([[], [], [], 0]);
  await expect(stat(join(dataFolder, 'hub.json'))).rejects.toThrow();
  hub.pairing.approve(agent.nodeId);
  await holding(hub);
  expect(agent.events).toEqual([`waiting ${code}`, `joined ${agent.nodeId}`]);
});

it('trusts no hub that approves it until the person at this end says the codes are the same', async () => {
  const hub = await testHub();
  let say: (same: boolean) => void = () => undefined;
  const answer = new Promise<boolean>((resolve) => (say = resolve));
  const dataFolder = await temporaryFolder();
  let shown = '';
  const agent = await testAgent({ dataFolder, hub: hub.url }, ({ code }) => {
    shown = code;
    return answer;
  });
  await hub.waitFor('the approval', ({ pairing }) => pairing.attempts.find((a) => a.state === 'approved'));
  await expect.poll(() => shown).toMatch(/^\d{6}$/);
  expect([hub.hellos, agent.events.slice(1)]).toEqual([[], []]);
  say(true);
  await holding(hub);
});

it('gives up, having told nothing, when the person at this end sees another code', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url }, async () => false);
  expect(await agent.refused).toMatchObject({ code: 'code-mismatch' });
  expect(hub.hellos).toEqual([]);
  await expect(stat(join(dataFolder, 'hub.json'))).rejects.toThrow();
});

it('asks anew, with a new code, when the hub forgets the attempt', async () => {
  const first = await startFakeHub({ approveByHand: true });
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: first.url });
  await first.waitFor('the code', ({ pairing }) => pairing.attempts.find((a) => a.code));
  await first.stop();
  const { tlsPort, mqttPort, identity } = first;
  const hub = await testHub({ tlsPort, mqttPort, identity, approveByHand: true });
  const { code } = await hub.waitFor('a new code', ({ pairing }) => pairing.attempts.find((a) => a.code));
  expect(agent.events.at(-1)).not.toBe(`waiting ${first.pairing.attempts[0]?.code}`);
  await expect.poll(() => agent.events.at(-1)).toBe(`waiting ${code}`);
});

it('says in words that the hub turned it away', async () => {
  const hub = await testHub({ approveByHand: true });
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('the code', ({ pairing }) => pairing.attempts.find((a) => a.code));
  hub.pairing.reject(agent.nodeId);
  await expect.poll(() => agent.notices.map(({ code }) => code)).toEqual(['forbidden']);
});

it('joins with a token: pins its fingerprint, shows its secret once', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const join = hub.token();
  const first = await testAgent({ dataFolder, token: join });
  await holding(hub);
  await first.stop();
  const second = await testAgent({ dataFolder, token: join });
  await holding(hub, 1);
  expect(second.nodeId).toBe(first.nodeId);
  expect(hub.hellos.map((hello) => hello.join?.tokenId)).toEqual(['abcd1234', undefined]);
});

it.each(['token-invalid', 'token-used-up'])('gives up when the hub answers %s', async (code) => {
  const hub = await testHub({ onHello: () => ({ code, detail: 'Make a new one.' }) });
  const agent = await testAgent({ dataFolder: await temporaryFolder(), token: hub.token() });
  expect(await agent.refused).toMatchObject({ code, message: 'Make a new one.' });
  expect(hub.hellos).toHaveLength(1);
});

it('tells nothing to a hub that is not the token’s', async () => {
  const hub = await testHub();
  const agent = await testAgent({
    dataFolder: await temporaryFolder(),
    token: hub.token({ fingerprint: 'ab'.repeat(32) }),
  });
  await expect.poll(() => agent.notices.map(({ code }) => code)).toEqual(['hub-key-changed']);
  expect(hub.hellos).toEqual([]);
});

it('tells nothing to a hub whose key has changed, says so, and goes back to the one it knows', async () => {
  const hub = await startFakeHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url });
  await holding(hub);
  await hub.stop();
  const { tlsPort, mqttPort } = hub;
  const stranger = await startFakeHub({ tlsPort, mqttPort });
  await expect
    .poll(() => agent.notices.map(({ code }) => code), { timeout: 5000 })
    .toContain('hub-key-changed');
  const notice = agent.notices.find(({ code }) => code === 'hub-key-changed');
  expect(notice?.message).toContain('--forget-hub');
  expect(notice?.message).toContain('--join');
  expect(stranger.hellos).toEqual([]);
  await stranger.stop();
  const back = await testHub({ tlsPort, mqttPort, identity: hub.identity });
  await holding(back);
});

it('lets a new token overrule the pin', async () => {
  const old = await testHub();
  const dataFolder = await temporaryFolder();
  const first = await testAgent({ dataFolder, hub: old.url });
  await holding(old);
  await first.stop();
  const next = await testHub();
  await testAgent({ dataFolder, token: next.token() });
  await holding(next);
  expect(next.hellos[0]?.join).toBeDefined();
});

it('never turns a damaged pin into trust on first use', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  await writeFile(join(dataFolder, 'hub.json'), '{"fingerprint":');
  await expect(testAgent({ dataFolder, hub: hub.url })).rejects.toThrow();
  expect(hub.hellos).toEqual([]);
});

it('is back within a second of its hub', async () => {
  const hub = await startFakeHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await holding(hub);
  await hub.stop();
  const { tlsPort, mqttPort, identity } = hub;
  const back = await testHub({ tlsPort, mqttPort, identity });
  const served = Date.now();
  await holding(back);
  expect(Date.now() - served).toBeLessThan(1000);
  expect(back.hellos[0]?.instanceId).toBe(hub.hellos[0]?.instanceId);
  expect(agent.events.slice(1)).toEqual([`joined ${agent.nodeId}`]);
});

it('tells of a cloned identity after a few tries, and goes on trying', async () => {
  const hub = await testHub({
    onHello: () =>
      hub.hellos.length > 4
        ? 'joined'
        : { code: 'identity-cloned', detail: 'Another machine uses this identity.' },
  });
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await expect
    .poll(() => agent.notices.map(({ code }) => code), { timeout: 12_000 })
    .toEqual(['identity-cloned']);
  expect(hub.hellos).toHaveLength(4);
}, 15_000);

it('keeps away for a while when it was removed', async () => {
  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await holding(hub);
  await hub.order(agent.nodeId, { type: 'removed', reason: 'by the admin' });
  await hub.waitFor('the connection to end', () => (hub.connectedClients() === 0 ? true : undefined));
  expect(hub.hellos).toHaveLength(1);
});

it('refuses a data folder that another agent uses', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  // A live process that is not this one: the one that started us.
  await writeFile(join(dataFolder, 'lock.json'), JSON.stringify({ pid: process.ppid, started: null }));
  await expect(testAgent({ dataFolder, hub: hub.url })).rejects.toMatchObject({ code: 'data-dir-in-use' });
  expect(await readFile(join(dataFolder, 'lock.json'), 'utf8')).toContain(String(process.ppid));
});

it('takes over the lock of an agent that is gone', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  await writeFile(join(dataFolder, 'lock.json'), JSON.stringify({ pid: process.ppid, started: 'long ago' }));
  await testAgent({ dataFolder, hub: hub.url });
  await holding(hub);
});

it('says that its data folder cannot be written', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(testAgent({ dataFolder: join(file, 'data') })).rejects.toMatchObject({
    code: 'data-dir-unwritable',
    message: expect.stringContaining('--data') as string,
  });
});
