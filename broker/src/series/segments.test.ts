import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hourMs, minuteMs } from './schema.js';
import { planSegments, type Level } from './segments.js';

const hours = fc.integer({ min: 0, max: 200 }).map((hour) => hour * hourMs);
const instants = fc.integer({ min: 0, max: 200 * hourMs });
const levels = fc.constantFrom<Level>('points', 'minute_cells', 'hour_cells');

const reaches = fc
  .tuple(hours, hours, hours, fc.integer({ min: 0, max: 59 }))
  .map(([a, b, c, minutes]) => [a, b, c].sort((x, y) => x - y).concat(minutes * minuteMs))
  .map(([minuteFloorMs = 0, rawFloorMs = 0, hoursTo = 0, past = 0]) => ({
    minuteFloorMs,
    rawFloorMs,
    hoursTo,
    minutesTo: hoursTo + past,
  }));

test('segments touch, never overlap, cover the interval, and stay where their table reaches', () => {
  fc.assert(
    fc.property(instants, instants, levels, reaches, (a, b, level, reach) => {
      const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b) + 1];
      const segments = planSegments(fromMs, toMs, level, reach);
      for (const [at, segment] of segments.entries()) {
        expect(segment.fromMs).toBeLessThan(segment.toMs);
        if (at > 0) expect(segment.fromMs).toBe(segments[at - 1]?.toMs);
        const width = { points: 1, minute_cells: minuteMs, hour_cells: hourMs }[segment.table];
        expect([segment.fromMs % width, segment.toMs % width]).toEqual([0, 0]);
        if (segment.table === 'points') expect(segment.fromMs).toBeGreaterThanOrEqual(reach.rawFloorMs);
        if (segment.table === 'minute_cells') {
          expect(segment.fromMs).toBeGreaterThanOrEqual(reach.minuteFloorMs);
          expect(segment.toMs).toBeLessThanOrEqual(reach.minutesTo);
        }
        if (segment.table === 'hour_cells') expect(segment.toMs).toBeLessThanOrEqual(reach.hoursTo);
      }
      const [first, last] = [segments[0], segments.at(-1)];
      if (fromMs >= reach.rawFloorMs) {
        expect([first?.fromMs, last?.toMs]).toEqual([fromMs, toMs]);
      } else {
        expect(first?.fromMs).toBeGreaterThan(fromMs - hourMs);
        expect(first?.fromMs).toBeLessThanOrEqual(fromMs);
        expect(last?.toMs).toBeGreaterThanOrEqual(toMs);
        expect(last?.toMs).toBeLessThan(toMs + hourMs);
      }
    }),
  );
});
