import { topicName } from '@meshdeck/shared';
import { expect, it, vi } from 'vitest';
import { openBroker, person, sensorLogin } from './fixtures/open-broker.js';
import { enter, packet, publishPacket } from './fixtures/raw-client.js';

const count = 20_000;
const login = { username: 'greenhouse', password: 'right' };
const readings = topicName('sensors/{sensorId}/readings', { sensorId: 'greenhouse' });
const word = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const inOnePiece = (one: (id: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => one(index + 1)));

/** All that its peer says until it has said so many bytes. */
function heardBytes(socket: { on: (event: 'data', listener: (chunk: Buffer) => void) => unknown }) {
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length));
  return (wanted: number) => vi.waitFor(() => expect(bytes).toBe(wanted), { timeout: 20_000 });
}

it('takes 20,000 messages that came in one piece', async () => {
  const { sensorsPort, messages } = await openBroker();
  const sensor = await enter(sensorsPort, login);
  sensor.write(inOnePiece(() => publishPacket(readings, '1')));
  await vi.waitFor(() => expect(messages).toHaveLength(count), { timeout: 20_000 });
});

it('acknowledges 20,000 messages that came in one piece, each once', async () => {
  const { sensorsPort, messages } = await openBroker();
  const sensor = await enter(sensorsPort, login);
  const heard = heardBytes(sensor);
  sensor.write(inOnePiece((id) => publishPacket(readings, '1', { qos: 1, id })));
  await heard(count * 4);
  expect(messages).toHaveLength(count);
});

it('answers 20,000 pings that came in one piece', async () => {
  const { sensorsPort } = await openBroker();
  const sensor = await enter(sensorsPort, login);
  const heard = heardBytes(sensor);
  sensor.write(inOnePiece(() => packet(0xc0)));
  await heard(count * 2);
});

it('bears 20,000 acknowledgements of what was never sent, in one piece', async () => {
  const { sensorsPort, messages } = await openBroker();
  const sensor = await enter(sensorsPort, login);
  sensor.write(inOnePiece((id) => packet(0x40, word(id))));
  sensor.write(publishPacket(readings, '1'));
  await vi.waitFor(() => expect(messages).toHaveLength(1), { timeout: 20_000 });
});

it('lets another sensor in between 20,000 messages that came in one piece', async () => {
  const { sensorsPort, messages } = await openBroker({ authenticateSensor: async () => true });
  const flood = await enter(sensorsPort, login);
  const other = await sensorLogin(sensorsPort, 'cellar', 'right');
  flood.write(inOnePiece(() => publishPacket(readings, '1')));
  await vi.waitFor(() => expect(messages.length).toBeGreaterThan(0), { interval: 1 });
  await other.publishAsync(topicName('sensors/{sensorId}/readings', { sensorId: 'cellar' }), '2', { qos: 1 });
  expect(messages.findIndex(([, payload]) => payload === '2')).toBeLessThan(count / 2);
  await vi.waitFor(() => expect(messages).toHaveLength(count + 1), { timeout: 20_000 });
});

it('hands 20,000 messages that came in one piece on to whoever listens, or ends who does not keep up', async () => {
  const { broker, sensorsPort, messages } = await openBroker();
  const page = await person(broker);
  let heard = 0;
  let hasEnded = false;
  page.on('message', () => (heard += 1));
  page.once('close', () => (hasEnded = true));
  await page.subscribeAsync(readings);
  const sensor = await enter(sensorsPort, login);
  sensor.write(inOnePiece(() => publishPacket(readings, '1')));
  await vi.waitFor(() => expect(messages).toHaveLength(count), { timeout: 20_000 });
  await vi.waitFor(() => expect(hasEnded || heard === count).toBe(true), { timeout: 20_000 });
});
