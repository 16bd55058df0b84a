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
  expect(agent.events).toEqual([`joined ${agent.nodeId}`]);
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
  const hub = await testHub({ onHello: () => ({ membership: 'pending' }) });
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('the status', ({ statuses }) => statuses[0]);
  await expect.poll(() => agent.events).toEqual(['waiting 123456']);
  expect(hub.reports).toEqual([]);
  await hub.order(agent.nodeId, { type: 'approved' });
  await holding(hub);
  expect(agent.events).toEqual(['waiting 123456', `joined ${agent.nodeId}`]);
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
  expect(notice?.message).toContain(join(dataFolder, 'hub.json'));
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
  expect(agent.events).toEqual([`joined ${agent.nodeId}`]);
});

it('tells of a cloned identity after a few tries, and goes on trying', async () => {
  const hub = await testHub({
    onHello: () =>
      hub.hellos.length > 4
        ? { membership: 'joined' }
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
