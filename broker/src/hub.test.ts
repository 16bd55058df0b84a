import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sensorCredentialSchema, sensorViewSchema, topicName } from '@meshdeck/shared';
import { contract, type Call } from '@meshdeck/shared/api';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { loadHubConfig, type HubFlags } from './config/index.js';
import { createHub } from './hub.js';

/** As far as it names the calls. */
const openApiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});

const freePorts = {
  port: '0',
  tlsPort: '0',
  mqttPort: '0',
  sensorPort: '0',
  httpsPort: '0',
  interface: '127.0.0.1',
};

async function newHub(flags: HubFlags = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'meshdeck-hub-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const config = loadHubConfig({ flags: { dataDir, ...freePorts, mdns: false, ...flags }, env: {} });
  const hub = createHub(config, {
    logger: pino({ level: 'silent' }),
    uiDir: join(dataDir, 'no-ui'),
    samplesDir: join(dataDir, 'no-samples'),
    agentDir: join(dataDir, 'no-agent'),
  });
  onTestFinished(() => hub.stop());
  return { hub, dataDir };
}

async function servingHub() {
  const { hub, dataDir } = await newHub();
  const ready = await hub.start();
  const token = await readFile(join(dataDir, 'token'), 'utf8');
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${ready.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { hub, dataDir, ready, call };
}

async function sensorClient(url: string, username: string, password: string) {
  const client = await mqtt.connectAsync(url, { username, password, reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  return client;
}

describe('the hub', () => {
  it('takes readings of a registered sensor, and charts and exports them', async () => {
    const { ready, call } = await servingHub();
    const registered = await call('POST', '/sensors', { name: 'Green house', units: { temperature: '°C' } });
    const { sensor, username, password } = sensorCredentialSchema.parse(await registered.json());
    expect(sensor).toMatchObject({
      id: 'green-house',
      topic: topicName('sensors/{sensorId}/readings', { sensorId: 'green-house' }),
    });
    const client = await sensorClient(ready.sensors, username, password);
    const at = Date.now() - 1_000;
    await client.publishAsync(sensor.topic, JSON.stringify({ temperature: 21.5, ts: at }), { qos: 1 });
    await client.publishAsync(sensor.topic, 'no json', { qos: 1 });

    const query = `source=sensor:green-house&from=${at - 1}&to=${at + 1}`;
    await vi.waitFor(async () => {
      const points = await call('GET', `/series/points?${query}`);
      expect(await points.json()).toEqual({
        series: [
          {
            key: 'temperature',
            unit: '°C',
            tier: 'readings',
            resolutionMs: 0,
            decimated: false,
            points: [[at, 21.5]],
          },
        ],
      });
    });
    const csv = await (await call('GET', `/series/export?${query}&format=csv`)).text();
    expect(csv).toContain(`${at},temperature,21.5`);
    const view = sensorViewSchema.parse(await (await call('GET', '/sensors/green-house')).json());
    expect(view).toMatchObject({ connected: true, readings: 1, refused: 1 });
    expect(view.latest).toEqual({ temperature: { ts: at, value: 21.5 } });
  });

  it('cuts a sensor off when it gets a new password or is removed', async () => {
    const { ready, call } = await servingHub();
    const first = sensorCredentialSchema.parse(await (await call('POST', '/sensors', { name: 'a' })).json());
    const old = await sensorClient(ready.sensors, first.username, first.password);
    const oldClosed = new Promise<void>((resolve) => old.once('close', () => resolve()));
    const next = sensorCredentialSchema.parse(await (await call('POST', '/sensors/a/credential')).json());
    await oldClosed;
    await expect(sensorClient(ready.sensors, first.username, first.password)).rejects.toThrow(
      /Not authorized/,
    );
    const client = await sensorClient(ready.sensors, next.username, next.password);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    expect((await call('DELETE', '/sensors/a')).status).toBe(204);
    await closed;
    expect((await call('GET', '/sensors/a')).status).toBe(404);
  });

  it('holds a sensor to 512 measurements, whatever names it invents', { timeout: 60_000 }, async () => {
    const { call } = await servingHub();
    const { sensor, password, brokerUrl } = sensorCredentialSchema.parse(
      await (await call('POST', '/sensors', { name: 'Inventor' })).json(),
    );
    const client = await sensorClient(brokerUrl, sensor.id, password);
    for (let message = 0; message < 12; message += 1) {
      const names = Array.from({ length: 64 }, (_, index) => [`m_${message}_${index}`, index]);
      await client.publishAsync(sensor.topic, JSON.stringify(Object.fromEntries(names)), { qos: 1 });
    }
    const view = sensorViewSchema.parse(await (await call('GET', `/sensors/${sensor.id}`)).json());
    expect(Object.keys(view.latest)).toHaveLength(512);
    expect(view.refused).toBe(12 * 64 - 512);
    expect(view.lastRefusal).toBe('A sensor may measure at most 512 things; "m_11_63" is one more.');
  });

  it('keeps its sensors over a restart', async () => {
    const { hub, dataDir, call } = await servingHub();
    await call('POST', '/sensors', { name: 'cellar' });
    await hub.stop();
    const { hub: again } = await newHub({ dataDir });
    const ready = await again.start();
    const token = (await readFile(join(dataDir, 'token'), 'utf8')).trim();
    const answer = await fetch(`${ready.url}/api/v1/sensors/cellar`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  });

  it('serves every call of the contract', async () => {
    const { call } = await servingHub();
    const { paths } = openApiSchema.parse(await (await call('GET', '/../openapi.json')).json());
    const served = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    const promised = Object.values(contract).flatMap((thing) => Object.values<Call>(thing));
    expect(served.sort()).toEqual(promised.map(({ name }) => name).sort());
  });

  it('says no to whoever brings no token', async () => {
    const { ready } = await servingHub();
    const answer = await fetch(`${ready.url}/api/v1/nodes`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('refuses a taken port that was asked for by name', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void blocker.close());
    const { port } = blocker.address() as { port: number };
    const { hub } = await newHub({ port: String(port) });
    await expect(hub.start()).rejects.toMatchObject({ code: 'port-taken' });
  });

  it('refuses a network interface that is not there', async () => {
    const { hub } = await newHub({ interface: 'eth99' });
    await expect(hub.start()).rejects.toThrow(/no network interface "eth99". It has lo \(127\.0\.0\.1\)/);
  });

  it('can be stopped at any time, and gives everything back', async () => {
    const { hub, dataDir } = await newHub();
    const starting = hub.start();
    await hub.stop();
    await starting.catch(() => undefined);
    const { hub: next } = await newHub({ dataDir });
    expect((await next.start()).event).toBe('ready');
  });
});
