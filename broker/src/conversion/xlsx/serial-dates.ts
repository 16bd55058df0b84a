import type { NumberMeaning } from './number-formats.js';

const dayMs = 86_400_000;
/** Serial 0 of the 1904 system, and of the 1900 system from March 1900 on, when its day that never was has passed. */
const start1904 = Date.UTC(1904, 0, 1);
const start1900 = Date.UTC(1899, 11, 30);
const dayThatNeverWas = 60;
/** 31 December 9999. */
const lastDay1900 = 2_958_465;
const lastDay1904 = lastDay1900 - 1462;

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const fraction = ms % 1000 === 0 ? '' : `.${pad(ms % 1000, 3)}`;
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${fraction}`;
}

/**
 * A number that is shown as a date or time, as ISO 8601 has it: `2024-03-05`, `2024-03-05T13:45:00`, `13:45:00`; elapsed
 * time as hours, `36:00:00`; the end of a day as `24:00:00`. To the millisecond. Null for what is no date: before the system's first day, behind 9999, and
 * 29 February 1900, which Excel has and no calendar.
 */
export function serialDate(serial: number, meaning: NumberMeaning, from1904: boolean): string | null {
  if (!(serial >= 0)) return null;
  const allMs = Math.round(serial * dayMs);
  if (meaning === 'elapsed') return serial > lastDay1900 ? null : clock(allMs);
  // The end of a day, which a sum of hours may be, or what is nearer to it than a millisecond.
  if (allMs === dayMs && meaning === 'time') return clock(allMs);
  const day = Math.floor(allMs / dayMs);
  const ms = allMs - day * dayMs;
  if (day === 0 && meaning === 'time') return clock(ms);
  if (day > (from1904 ? lastDay1904 : lastDay1900)) return null;
  if (!from1904 && (day === 0 || day === dayThatNeverWas)) return null;
  const start = from1904 ? start1904 : day < dayThatNeverWas ? start1900 + dayMs : start1900;
  const date = new Date(start + day * dayMs).toISOString().slice(0, 10);
  return ms === 0 && meaning === 'date' ? date : `${date}T${clock(ms)}`;
}
