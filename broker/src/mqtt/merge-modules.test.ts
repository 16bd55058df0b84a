import { expect, it } from 'vitest';
import { closedAccess } from './access.js';
import { mergeAccess, mergeTopics } from './merge-modules.js';

const handler = { take: () => undefined, refused: () => undefined };
const nodes = {
  name: 'nodes',
  topics: {
    'nodes/{nodeId}/status': handler,
    'nodes/{nodeId}/metrics': handler,
    'nodes/{nodeId}/inventory': handler,
    'nodes/{nodeId}/holdings': handler,
    'nodes/{nodeId}/reports': handler,
    'nodes/{nodeId}/logs': handler,
  },
};
const sensors = {
  name: 'sensors',
  topics: { 'sensors/{sensorId}/readings': handler, 'sensors/{sensorId}/state': null },
};

it('takes each topic from the module that handles it, one that nobody looks at included', () => {
  const merged = mergeTopics([nodes, { name: 'live' }, sensors]);
  expect(Object.keys(merged)).toHaveLength(8);
  expect(merged['sensors/{sensorId}/readings']).toBe(handler);
  expect(merged['sensors/{sensorId}/state']).toBeNull();
});

it('refuses a hub where a topic has no handler, or two', () => {
  expect(() => mergeTopics([nodes])).toThrow(
    'No module gives the topic sensors/{sensorId}/readings, sensors/{sensorId}/state.',
  );
  expect(() => mergeTopics([nodes, sensors, { ...sensors, name: 'gateways' }])).toThrow(
    'Both sensors and gateways give the topic sensors/{sensorId}/readings.',
  );
});

it('refuses a hub where nobody knows who comes, or two say so', () => {
  const { membershipOf, ...others } = closedAccess;
  expect(() => mergeAccess([{ name: 'pairing', mqttAccess: others }])).toThrow(
    'No module gives the MQTT access membershipOf.',
  );
  const both = [
    { name: 'a', mqttAccess: closedAccess },
    { name: 'b', mqttAccess: { membershipOf } },
  ];
  expect(() => mergeAccess(both)).toThrow('Both a and b give the MQTT access membershipOf.');
});
