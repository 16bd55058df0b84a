import { payloadText, type PayloadForm } from '../topics/payload-form.js';

/** One message of a sensor: what it measured at one moment. Booleans are 0 and 1. */
export interface SensorReading {
  ts: number;
  values: [key: string, value: number][];
}

export const readingRefusals = [
  'too-large',
  'not-json',
  'not-an-object',
  'too-many-readings',
  'too-many-values',
  'key-invalid',
  'value-invalid',
  'ts-invalid',
  'no-values',
] as const;
export type ReadingRefusal = (typeof readingRefusals)[number];

/** `skippedTexts` counts texts and nulls, which are no series: they are left out, their neighbours kept. */
export type ReadingsResult =
  | { ok: true; readings: SensorReading[]; skippedTexts: number }
  | { ok: false; reason: ReadingRefusal; message: string };

/** One message fits any sensor's; what is larger is a mistake or an attack. */
export const readingLimits = {
  payloadBytes: 64 * 1024,
  readings: 1000,
  values: 64,
  oldestMs: Date.UTC(2000, 0, 1),
  aheadMs: 24 * 3_600_000,
};

const keyPattern = /^[A-Za-z_][\w.\- ]{0,63}$/;
/** Names that every object has already: they would reach into prototypes, and be found in objects that lack them. */
const unsafeKeys = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

const refuse = (reason: ReadingRefusal, message: string): ReadingsResult => ({ ok: false, reason, message });

/**
 * Parses `{"temperature": 21.5, "open": true, "ts": 1700000000000}`, or an array of up to 1,000 such objects.
 * `ts` is optional (epoch milliseconds, else `receivedAtMs`). Runs for every message of every sensor, so it
 * checks by hand what a schema would; it never throws. A batch is taken whole or not at all.
 */
export function parseReadings(payload: Uint8Array, receivedAtMs: number): ReadingsResult {
  if (payload.byteLength > readingLimits.payloadBytes) {
    return refuse(
      'too-large',
      `The message has ${String(payload.byteLength)} bytes; at most 65,536 are taken.`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(payloadText(payload));
  } catch {
    return refuse('not-json', 'The message is no JSON. Send an object such as {"temperature": 21.5}.');
  }
  const readings: SensorReading[] = [];
  if (!Array.isArray(parsed)) {
    const skipped = readOne(parsed, receivedAtMs, readings);
    return typeof skipped === 'number' ? { ok: true, readings, skippedTexts: skipped } : skipped;
  }
  if (parsed.length === 0) return refuse('no-values', 'The message is an empty list.');
  if (parsed.length > readingLimits.readings) {
    return refuse(
      'too-many-readings',
      `The message has ${String(parsed.length)} readings; at most 1,000 are taken.`,
    );
  }
  let skippedTexts = 0;
  for (const item of parsed as unknown[]) {
    const skipped = readOne(item, receivedAtMs, readings);
    if (typeof skipped !== 'number') return skipped;
    skippedTexts += skipped;
  }
  return { ok: true, readings, skippedTexts };
}

/** What sensors say on `sensors/{id}/readings`; refusals are sentences for who set the sensor up. */
export const readingsPayload: PayloadForm<SensorReading[]> = {
  read(payload, receivedAtMs) {
    const result = parseReadings(payload, receivedAtMs);
    return result.ok ? { ok: true, value: result.readings } : { ok: false, reason: result.message };
  },
};

/** Adds the object's reading to `readings` and returns how many texts it left out, or the refusal. */
function readOne(item: unknown, receivedAtMs: number, readings: SensorReading[]): number | ReadingsResult {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return refuse('not-an-object', 'A reading must be an object such as {"temperature": 21.5}.');
  }
  let ts = receivedAtMs;
  let skippedTexts = 0;
  const values: SensorReading['values'] = [];
  for (const [key, value] of Object.entries(item) as [string, unknown][]) {
    if (key === 'ts') {
      if (!isTime(value, receivedAtMs)) return refuse('ts-invalid', timeSentence(value));
      ts = value;
      continue;
    }
    if (!keyPattern.test(key) || unsafeKeys.has(key)) {
      return refuse(
        'key-invalid',
        `The name ${JSON.stringify(key.slice(0, 80))} is not allowed: ${keySentence}`,
      );
    }
    if (typeof value === 'number' && Number.isFinite(value)) values.push([key, value]);
    else if (typeof value === 'boolean') values.push([key, value ? 1 : 0]);
    else if (typeof value === 'string' || value === null) skippedTexts += 1;
    else return refuse('value-invalid', `${key} must be a finite number, or true or false.`);
    if (values.length + skippedTexts > readingLimits.values) {
      return refuse('too-many-values', 'A reading may have at most 64 values.');
    }
  }
  if (values.length === 0) {
    return refuse('no-values', 'The reading holds no number and no true or false; texts are not stored.');
  }
  readings.push({ ts, values });
  return skippedTexts;
}

const keySentence =
  'use letters, digits, spaces and _ . - after a leading letter or underscore, 64 characters at most.';

const isTime = (value: unknown, nowMs: number): value is number =>
  Number.isInteger(value) &&
  (value as number) >= readingLimits.oldestMs &&
  (value as number) <= nowMs + readingLimits.aheadMs;

function timeSentence(value: unknown): string {
  if (typeof value === 'number' && value > 900_000_000 && value < 5_000_000_000) {
    return 'ts looks like seconds: send milliseconds since 1970, such as 1700000000000.';
  }
  return 'ts must be whole milliseconds since 1970, from the year 2000 to at most one day ahead.';
}
