import { parseTopic, topicName, type Order } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import type { MqttBroker } from './broker.js';
import { createDispatch, type MessageHandlers } from './dispatch.js';

const nodeId = 'a'.repeat(26);

function open() {
  const calls: unknown[][] = [];
  const note = (name: string) => ({
    take: (ids: unknown, payload: unknown) => calls.push([name, ids, payload]),
    refused: (ids: unknown, reason: string) => calls.push([`${name} refused`, ids, reason]),
  });
  const handlers: MessageHandlers = {
    'nodes/{nodeId}/status': note('status'),
    'nodes/{nodeId}/metrics': note('metrics'),
    'nodes/{nodeId}/inventory': note('inventory'),
    'nodes/{nodeId}/holdings': note('holdings'),
    'nodes/{nodeId}/reports': note('reports'),
    'nodes/{nodeId}/logs': note('logs'),
    'sensors/{sensorId}/readings': note('readings'),
    'sensors/{sensorId}/state': null,
  };
  const dispatch = createDispatch(handlers, () => 1_700_000_000_000);
  const say = (name: string, payload: string) => {
    const topic = parseTopic(name);
    if (topic === null) throw new Error(`${name} is no topic`);
    dispatch(topic, Buffer.from(payload));
  };
  return { calls, say };
}

describe('a message', () => {
  it('reaches the handler of its topic, parsed', () => {
    const { calls, say } = open();
    const status = { state: 'online', reason: 'started', instanceId: '0123456789abcdef', ts: 5 };
    say(topicName('nodes/{nodeId}/status', { nodeId }), JSON.stringify({ ...status, more: true }));
    say(topicName('sensors/{sensorId}/readings', { sensorId: 'hall' }), '{"open":true}');
    expect(calls).toEqual([
      ['status', { nodeId }, status],
      ['readings', { sensorId: 'hall' }, [{ ts: 1_700_000_000_000, values: [['open', 1]] }]],
    ]);
  });

  it('that does not parse is refused to the same handler, with the reason', () => {
    const { calls, say } = open();
    say(topicName('nodes/{nodeId}/status', { nodeId }), '{');
    say(topicName('nodes/{nodeId}/logs', { nodeId }), '{"attemptId":"x"}');
    say(topicName('sensors/{sensorId}/readings', { sensorId: 'hall' }), '[]');
    expect(calls).toEqual([
      ['status refused', { nodeId }, 'no JSON'],
      ['logs refused', { nodeId }, 'attemptId: must be an attempt id'],
      ['readings refused', { sensorId: 'hall' }, 'The message is an empty list.'],
    ]);
  });

  it('goes nowhere where nobody takes it, or where only the hub speaks', () => {
    const { calls, say } = open();
    say(topicName('sensors/{sensorId}/state', { sensorId: 'hall' }), '{');
    say(topicName('nodes/{nodeId}/orders', { nodeId }), '{"type":"benchmark"}');
    say(topicName('live/nodes', {}), '{}');
    expect(calls).toEqual([]);
  });
});

it('what the hub publishes fits its topic, or does not compile', async () => {
  const told: string[] = [];
  const publish: MqttBroker['publish'] = async (key) => void told.push(key);
  const order: Order = { type: 'benchmark' };
  await publish('nodes/{nodeId}/orders', { nodeId }, order);
  // @ts-expect-error an order is no view of machines
  await publish('live/nodes', {}, order);
  // @ts-expect-error a topic's ids belong to its name
  await publish('nodes/{nodeId}/orders', {}, order);
  // @ts-expect-error machines say this, not the hub
  await publish('nodes/{nodeId}/logs', { nodeId }, { attemptId: '', lines: [], dropped: 0 });
  expect(told).toHaveLength(4);
});
