import { expect, it } from 'vitest';
import { liveTopic } from './messages.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const readings = liveTopic('sensors/{sensorId}/readings', { sensorId: 'hall' });

it('shows of a sensor what the hub understands: lists, and true as 1', () => {
  const ts = Date.now() - 1000;
  expect(
    readings.read([
      bytes(`{"door":true,"room":"A","ts":${ts}}`),
      bytes(`[{"a":1,"ts":${ts}},{"a":2,"ts":${ts}}]`),
    ]),
  ).toEqual([
    [{ ts, values: [['door', 1]] }],
    [
      { ts, values: [['a', 1]] },
      { ts, values: [['a', 2]] },
    ],
  ]);
});

it('dates a reading without a time to now', () => {
  const before = Date.now();
  const [[reading] = []] = readings.read([bytes('{"temperature":21.5}')]);
  expect(reading?.ts).toBeGreaterThanOrEqual(before);
});

it('leaves out what the topic’s form refuses, and shows its neighbours', () => {
  for (const payload of ['', '21.5', '[1]', 'null', '{"ts":1}', '{"a":"b"}', '{"a":1,"ts":1}']) {
    expect(readings.read([bytes(payload), bytes('{"a":1}')])).toHaveLength(1);
  }
  const nodes = liveTopic('live/nodes', {});
  expect(nodes.read([bytes('{"changed":[]}'), bytes('{"changed":[],"removed":["x"]}')])).toEqual([
    { changed: [], removed: ['x'] },
  ]);
});
