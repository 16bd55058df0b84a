import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicKeys, type IdName, type Topic } from './topic-map.js';
import { parseTopic, topicFilter, topicName, topicPrefix } from './topic-names.js';

const letters = (of: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...of), minLength: length, maxLength: length });
const digitsAndLetters = '0123456789abcdefghijklmnopqrstuvwxyz';
const ids: Record<IdName, fc.Arbitrary<string>> = {
  nodeId: letters('abcdefghijklmnopqrstuvwxyz234567', 26),
  sensorId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
  jobId: letters(digitsAndLetters, 10),
  personId: fc.oneof(fc.constant('local'), letters(digitsAndLetters, 12)),
};
const anyTopic = fc
  .record({ key: fc.constantFrom(...topicKeys), all: fc.record(ids) })
  .map(({ key, all }) => {
    const named = Object.entries(all).filter(([name]) => key.includes(`{${name}}`));
    return { key, ids: Object.fromEntries(named) } as Topic;
  });

describe('names of topics', () => {
  it('are read back as the topic they were made of', () => {
    fc.assert(
      fc.property(anyTopic, (topic) => {
        expect(parseTopic(topicName(topic.key, topic.ids))).toEqual(topic);
      }),
    );
  });

  it('are as machines and sensors out there know them', () => {
    const nodeId = 'a'.repeat(26);
    expect(topicName('nodes/{nodeId}/orders', { nodeId })).toBe(`meshdeck/v1/nodes/${nodeId}/orders`);
    expect(topicName('sensors/{sensorId}/readings', { sensorId: 'hall-2' })).toBe(
      'meshdeck/v1/sensors/hall-2/readings',
    );
    expect(topicName('live/nodes', {})).toBe('meshdeck/v1/live/nodes');
  });

  it('are nobody’s with one level more or less, or with a wildcard in them', () => {
    fc.assert(
      fc.property(anyTopic, fc.constantFrom('x', '+', '#', ''), (topic, level) => {
        const name = topicName(topic.key, topic.ids);
        expect(parseTopic(`${name}/${level}`)).toBeNull();
        expect(parseTopic(name.slice(0, name.lastIndexOf('/')))?.key).not.toBe(topic.key);
        expect(parseTopic(name.replace(/[^/]*$/, '+'))).toBeNull();
      }),
    );
  });

  it('are taken apart to nothing whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (levels) => {
        expect(parseTopic(['meshdeck', 'v1', ...levels, '__proto__'].join('/'))).toBeNull();
      }),
    );
  });
});

it('a filter stands for every id, a prefix for everything of one', () => {
  expect(topicFilter('sensors/{sensorId}/readings')).toBe('meshdeck/v1/sensors/+/readings');
  expect(topicPrefix('sensors/{sensorId}/readings', { sensorId: 'hall' })).toBe('meshdeck/v1/sensors/hall/');
});
