import { hourMs, minuteMs } from './schema.js';

export type Level = 'points' | 'minute_cells' | 'hour_cells';

/** A table and the time it answers for; `toMs` is not included. */
export interface Segment {
  table: Level;
  fromMs: number;
  toMs: number;
}

/** Where which table begins and ends; all but `minutesTo` are whole hours. */
export interface Reach {
  /** Raw readings exist from here on. */
  rawFloorMs: number;
  /** Minute cells exist from here on, hour cells from ever. */
  minuteFloorMs: number;
  /** Minute and hour cells exist up to here. */
  minutesTo: number;
  hoursTo: number;
}

const widthOf = { minute_cells: minuteMs, hour_cells: hourMs };
const floorTo = (ms: number, width: number): number => Math.floor(ms / width) * width;
const ceilTo = (ms: number, width: number): number => Math.ceil(ms / width) * width;

/**
 * Splits [`fromMs`, `toMs`) over the tables: cells of the wanted level where they exist, readings at the ragged ends
 * so that the result is exact, coarser cells where finer ones are gone. The segments touch and never overlap. Where
 * readings are gone the ends are widened to whole cells, because nothing finer is known.
 */
export function planSegments(fromMs: number, toMs: number, level: Level, reach: Reach): Segment[] {
  const segments: Segment[] = [];
  const add = (table: Level, from: number, to: number): void => {
    if (from < to) segments.push({ table, fromMs: from, toMs: to });
  };
  let at = fromMs;
  if (at < reach.minuteFloorMs) {
    const end = Math.min(ceilTo(toMs, hourMs), reach.minuteFloorMs);
    add('hour_cells', floorTo(at, hourMs), end);
    at = end;
  }
  if (at < toMs && at < reach.rawFloorMs) {
    const table = level === 'hour_cells' ? 'hour_cells' : 'minute_cells';
    const end = Math.min(ceilTo(toMs, widthOf[table]), reach.rawFloorMs);
    add(table, floorTo(at, widthOf[table]), end);
    at = end;
  }
  if (at >= toMs) return segments;
  if (level === 'points') {
    add('points', at, toMs);
    return segments;
  }
  const reachedTo = level === 'hour_cells' ? reach.hoursTo : reach.minutesTo;
  const cellsFrom = ceilTo(at, widthOf[level]);
  const cellsTo = Math.min(floorTo(toMs, widthOf[level]), reachedTo);
  if (cellsFrom >= cellsTo) {
    add('points', at, toMs);
    return segments;
  }
  add('points', at, cellsFrom);
  add(level, cellsFrom, cellsTo);
  add('points', cellsTo, toMs);
  return segments;
}
