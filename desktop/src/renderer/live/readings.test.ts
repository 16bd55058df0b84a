import { expect, it } from 'vitest';
import { parseReading } from './readings.js';

it('takes the numbers and the time of a reading', () => {
  expect(parseReading('{"temperature":21.5,"humidity":40,"ts":1000}', 5000)).toEqual({
    ts: 1000,
    values: { temperature: 21.5, humidity: 40 },
  });
});

it('dates a reading without a time to now', () => {
  expect(parseReading('{"temperature":21.5,"room":"A"}', 5000)).toEqual({
    ts: 5000,
    values: { temperature: 21.5 },
  });
});

it('takes nothing from what is no reading', () => {
  for (const payload of ['', '21.5', '[1]', 'null', '{"ts":1}', '{"a":"b"}']) {
    expect(parseReading(payload, 1)).toBeNull();
  }
});
