import type { MqttClient } from 'mqtt';
import { EventEmitter } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connection } from './connection.svelte.js';

/** The page's connection to a hub that confirms only when told to. */
function connect() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const client = Object.assign(new EventEmitter(), {
    connected: true,
    subscribe: (topic: string, _options: unknown, done: (error: null) => void) => {
      sent.push(`subscribe ${topic}`);
      waiting.push(() => done(null));
    },
    unsubscribe: (topic: string, done: () => void) => {
      sent.push(`unsubscribe ${topic}`);
      waiting.push(done);
    },
    end: () => undefined,
  });
  onTestFinished(connection.start(() => client as unknown as MqttClient));
  client.emit('connect');
  return { sent, confirm: () => waiting.splice(0).forEach((done) => done()), client };
}

const topic = { name: 'a/topic', read: () => [] };
const listen = (subscribed: () => void = () => undefined) =>
  connection.listen(topic, { message: () => undefined, subscribed });

it('subscribes anew only once the hub has confirmed the end of the subscription before', () => {
  const { sent, confirm } = connect();
  const stopFirst = listen();
  confirm();
  stopFirst();
  const subscribed = vi.fn();
  const stopSecond = listen(subscribed);
  expect(sent).toEqual(['subscribe a/topic', 'unsubscribe a/topic']);
  confirm();
  expect(sent.at(-1)).toBe('subscribe a/topic');
  expect(subscribed).not.toHaveBeenCalled();
  confirm();
  expect(subscribed).toHaveBeenCalledOnce();
  stopSecond();
  confirm();
  expect(sent).toHaveLength(4);
});

it('leaves a topic that nobody came back to', () => {
  const { sent, confirm } = connect();
  listen()();
  listen()();
  confirm();
  expect(sent).toEqual(['subscribe a/topic', 'unsubscribe a/topic']);
});

it('subscribes at once on a new connection, whatever the one before had not confirmed', () => {
  const { sent, confirm, client } = connect();
  listen()();
  const stop = listen();
  client.emit('connect');
  expect(sent).toEqual(['subscribe a/topic', 'unsubscribe a/topic', 'subscribe a/topic']);
  confirm();
  expect(sent).toHaveLength(3);
  stop();
});
