import type { SensorView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { emptyFields, fieldsOf, requestOf } from './sensor-fields.js';

it('reads units as people type them', () => {
  const request = requestOf({ ...emptyFields(), name: ' Hall ', units: 'temperature=°C, humidity = %,,' });
  expect(request).toEqual({
    name: 'Hall',
    kind: '',
    units: { temperature: '°C', humidity: '%' },
    location: {},
    metadata: {},
  });
});

it('keeps what is not on the form', () => {
  const sensor = {
    name: 'Hall',
    kind: 'climate',
    units: { temperature: '°C' },
    location: { place: 'Hall 2', latitude: 48.1, longitude: 11.5 },
    metadata: { model: 'X' },
  } as unknown as SensorView;
  const fields = fieldsOf(sensor);
  expect(requestOf(fields, sensor)).toMatchObject({
    location: sensor.location,
    metadata: { model: 'X' },
    units: sensor.units,
  });
  expect(requestOf({ ...fields, place: '' }, sensor).location).toEqual({ latitude: 48.1, longitude: 11.5 });
});
