import * as z from 'zod';

/** What a sensor sends: measurements by name, and when (unix ms) if it knows. */
const readingSchema = z.record(z.string(), z.unknown());

export interface Reading {
  ts: number;
  values: Record<string, number>;
}

/** The numbers of one reading; null where there are none. Without `ts` it is taken to be from now. */
export function parseReading(payload: string, now: number): Reading | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    return null;
  }
  const reading = readingSchema.safeParse(parsed);
  if (!reading.success) return null;
  const { ts, ...rest } = reading.data;
  const values: Record<string, number> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (typeof value === 'number' && Number.isFinite(value)) values[key] = value;
  }
  if (Object.keys(values).length === 0) return null;
  return { ts: typeof ts === 'number' && Number.isFinite(ts) ? ts : now, values };
}
