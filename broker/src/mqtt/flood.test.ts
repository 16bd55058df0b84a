import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { topicName } from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openBroker, peoplePort, sensorLogin } from './fixtures/open-broker.js';
import { answerOf, enter, publishPacket, subscribePacket } from './fixtures/raw-client.js';

const login = { username: 'greenhouse', password: 'right' };
const readings = topicName('sensors/{sensorId}/readings', { sensorId: 'greenhouse' });

function logged() {
  const lines: { msg: string; caller?: string; refused?: number; times?: number }[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { logger, lines };
}

/** The broker's ends of the connections that are made from now on. */
function brokerSockets(): Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', note);
  onTestFinished(() => void unsubscribe('net.server.socket', note));
  return sockets;
}

describe('whoever floods the MQTT broker', () => {
  it('holds up nobody by leaving unread what it subscribed to, and is ended', async () => {
    const { logger, lines } = logged();
    const { broker, sensorsPort, messages } = await openBroker({ logger });
    const lazy = await enter(await peoplePort(broker));
    lazy.write(subscribePacket(['meshdeck/v1/sensors/+/readings']));
    await answerOf(lazy);
    lazy.pause();
    const ended = once(lazy, 'close');
    const sensor = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const payload = JSON.stringify({ temperature: 1, pad: 'x'.repeat(60_000) });
    for (let message = 0; message < 400; message += 1) sensor.publish(readings, payload);
    // The last of them was taken long before anybody reads: a broker that waits for the reader takes a hundred.
    await sensor.publishAsync(readings, '{"temperature":2}', { qos: 1 });
    await vi.waitFor(() => expect(messages).toHaveLength(401));
    expect(lines.map(({ msg }) => msg)).toContain(
      'mqtt connection ended: it does not read what it subscribed to',
    );
    lazy.resume();
    await ended;
  });

  it('does not end the broker by thousands of messages that wait behind a slow reader', async () => {
    const { broker, sensorsPort, messages } = await openBroker();
    const lazy = await enter(await peoplePort(broker));
    lazy.write(subscribePacket([readings]));
    await answerOf(lazy);
    lazy.pause();
    const ends = brokerSockets();
    const floods = [];
    for (let index = 0; index < 12; index += 1) {
      floods.push(await enter(sensorsPort, { ...login, clientId: `flood-${index}` }));
    }
    const large = Buffer.concat(
      Array.from({ length: 300 }, () => publishPacket(readings, 'x'.repeat(60_000))),
    );
    floods[0]?.write(large);
    await vi.waitFor(() => expect(messages.length).toBeGreaterThan(50));
    // Once the reader is gone nobody listens to these: a broker that works its queue off by calling itself runs out of stack.
    const small = Buffer.concat(Array.from({ length: 1500 }, () => publishPacket(readings, '{}')));
    for (const flood of floods.slice(1)) flood.write(small);
    await vi.waitFor(() =>
      expect(ends.slice(1).map(({ bytesRead }) => bytesRead > small.length)).toEqual(Array(11).fill(true)),
    );
    lazy.destroy();
    await vi.waitFor(() => expect(messages).toHaveLength(300 + 11 * 1500), { timeout: 20_000 });
  });

  it('may subscribe to so much by one connection, and to so much by all of its own', async () => {
    const { broker } = await openBroker();
    const port = await peoplePort(broker);
    const filters = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        topicName('sensors/{sensorId}/readings', { sensorId: `s${from + index}` }),
      );
    const granted = async (from: number, count: number) => {
      const page = await enter(port, { clientId: `page-${from}` });
      page.write(subscribePacket(filters(from, count)));
      return {
        page,
        granted: [...(await answerOf(page)).subarray(-count)].filter((qos) => qos === 0).length,
      };
    };
    const pages = [];
    for (let page = 0; page < 5; page += 1) pages.push(await granted(page * 1000, 110));
    expect(pages.map((page) => page.granted)).toEqual([100, 100, 100, 100, 100]);
    expect((await granted(90_000, 10)).granted).toBe(0);
    // What ends makes room.
    pages[0]?.page.destroy();
    await vi.waitFor(async () => expect((await granted(80_000, 10)).granted).toBe(10));
  });

  it('is told of its refused filters once a packet, and ended when it goes on', async () => {
    const { logger, lines } = logged();
    const { broker } = await openBroker({ logger });
    const page = await enter(await peoplePort(broker));
    const ended = once(page, 'close');
    page.on('data', () => undefined);
    page.write(subscribePacket(Array.from({ length: 1500 }, (_, index) => `no/${index}`)));
    page.write(
      subscribePacket(
        Array.from({ length: 1500 }, (_, index) => `no/${index}`),
        2,
      ),
    );
    await ended;
    const refusals = lines.filter(({ msg }) => msg === 'mqtt subscription refused');
    // Two packets that come together may be told together; never one filter by itself.
    expect(refusals).toMatchObject([{ caller: 'person local' }]);
    expect([1500, 3000]).toContain(refusals[0]?.['refused']);
    expect(lines.length).toBeLessThan(5);
  });

  it('is refused a few filters now and then with no harm', async () => {
    const { broker } = await openBroker();
    const page = await enter(await peoplePort(broker));
    for (let time = 0; time < 5; time += 1) {
      page.write(subscribePacket(['no/such', 'meshdeck/v1/live/nodes']));
      expect([...(await answerOf(page)).subarray(-2)]).toEqual([128, 0]);
    }
  });

  it('has so many connections, and loses its own oldest by one more', async () => {
    const { sensorsPort } = await openBroker();
    const open = [];
    for (let index = 0; index < 16; index += 1) {
      open.push(await enter(sensorsPort, { ...login, clientId: `c${index}` }));
    }
    const [oldest, second] = open;
    if (oldest === undefined) throw new Error('nobody came in');
    const ended = once(oldest, 'close');
    await enter(sensorsPort, { ...login, clientId: 'one more' });
    await ended;
    expect(second?.destroyed).toBe(false);
  });

  it('has no larger message retained than what is meant to be, and none of before either', async () => {
    const { broker, sensorsPort } = await openBroker();
    const sensor = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const retained = async (payload: string) => {
      await sensor.publishAsync(readings, payload, { qos: 1, retain: true });
      const page = await enter(await peoplePort(broker));
      page.write(subscribePacket([readings, 'meshdeck/v1/live/nodes']));
      let heard = '';
      page.on('data', (part: Buffer) => (heard += part.toString('latin1')));
      await broker.publish('live/nodes', {}, { changed: [], removed: ['the end'] });
      await vi.waitFor(async () => {
        await broker.publish('live/nodes', {}, { changed: [], removed: ['the end'] });
        expect(heard).toContain('the end');
      });
      return heard.includes(payload);
    };
    expect(await retained('{"temperature":21}')).toBe(true);
    expect(await retained(JSON.stringify({ text: 'x'.repeat(17_000) }))).toBe(false);
    expect(await retained('{"temperature":22}')).toBe(true);
    broker.forgetRetained('meshdeck/v1/sensors/greenhouse/');
  });

  it('writes no log by knocking with wrong passwords', async () => {
    const { logger, lines } = logged();
    const { sensorsPort } = await openBroker({ logger });
    for (let knock = 0; knock < 50; knock += 1) {
      await expect(enter(sensorsPort, { ...login, password: 'wrong' })).rejects.toThrow('not let in');
    }
    expect(lines).toHaveLength(1);
  });

  it('fills the door with connections that say nothing, and others still come in', async () => {
    const limits = { inAll: 100, perAddress: 100, strangers: 20, perCaller: 16 };
    const { sensorsPort } = await openBroker({ connectionLimits: limits });
    const honest = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const { connect } = await import('node:net');
    const silent = Array.from({ length: 60 }, () => connect(sensorsPort, '127.0.0.1').on('error', () => 0));
    await vi.waitFor(() => expect(silent.filter(({ destroyed }) => destroyed)).toHaveLength(40));
    await sensorLogin(sensorsPort, 'greenhouse', 'right');
    expect(honest.connected).toBe(true);
    for (const socket of silent) socket.destroy();
  });
});
