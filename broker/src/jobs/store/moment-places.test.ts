import { expect, it } from 'vitest';
import type { JournalPlace } from '../../stores/journal/index.js';
import { createMomentPlaces } from './moment-places.js';

const place = (segment: number): JournalPlace => ({ segment, offset: 0, bytes: 10 });

it('forgets a moment that nobody names when its file is cleared, and keeps one that is named', () => {
  const places = createMomentPlaces();
  places.note('waiting', place(1));
  places.note('named', place(1));
  places.use('named');
  expect(places.isAlive('waiting', place(1))).toBe(false);
  expect(places.placeOf('waiting')).toBeUndefined();
  expect(places.isAlive('named', place(1))).toBe(true);
  expect(places.aliveBytes()).toBe(10);
  places.release('named');
  expect(places.placeOf('named')).toBeUndefined();
  expect(places.aliveBytes()).toBe(0);
});

it('finds a moment for a decision that was moved behind the removal of all others that named it', () => {
  const places = createMomentPlaces();
  // As the journal is read after its oldest file was cleared: the decision of that file comes last.
  places.note('shared', place(2));
  places.use('shared');
  places.release('shared');
  expect(places.placeOf('shared')).toBeUndefined();
  places.use('shared');
  expect(places.placeOf('shared')).toEqual(place(2));
  expect(places.isAlive('shared', place(2))).toBe(true);
  expect(places.aliveBytes()).toBe(10);
});
