import * as z from 'zod';
import { displayNameSchema, knownIds, plainTextSchema, sensorIdSchema, timestampSchema } from '../ids.js';

export const locationSchema = z.strictObject({
  place: plainTextSchema(120).optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
});

export const sensorRequestSchema = z.strictObject({
  /** Chosen by the person, or made from the name. */
  id: sensorIdSchema.optional(),
  name: displayNameSchema,
  kind: plainTextSchema(60).default(''),
  /** Unit by measurement, such as `{"temperature": "°C"}`. */
  units: z.record(z.string().max(64), plainTextSchema(20)).default({}),
  location: locationSchema.default({}),
  metadata: z.record(plainTextSchema(64), plainTextSchema(500)).default({}),
});
export type SensorRequest = z.infer<typeof sensorRequestSchema>;

export const sensorPatchSchema = sensorRequestSchema.omit({ id: true }).partial();
export type SensorPatch = z.infer<typeof sensorPatchSchema>;

export const sensorViewSchema = z.object({
  id: knownIds.sensor,
  name: z.string(),
  kind: z.string(),
  units: z.record(z.string(), z.string()),
  location: locationSchema,
  metadata: z.record(z.string(), z.string()),
  createdAt: timestampSchema,
  connected: z.boolean(),
  lastReadingAt: timestampSchema.nullable(),
  /** Newest value of each measurement. */
  latest: z.record(z.string(), z.object({ ts: timestampSchema, value: z.number() })),
  readings: z.number().int(),
  /** Messages refused since the hub started, and the last reason in words. */
  refused: z.number().int(),
  lastRefusal: z.string().nullable(),
  topic: z.string(),
});
export type SensorView = z.infer<typeof sensorViewSchema>;

/** The password is told once; MQTT user name is the sensor's id. */
export const sensorCredentialSchema = z.object({
  sensor: sensorViewSchema,
  username: z.string(),
  password: z.string(),
  brokerUrl: z.string(),
});
export type SensorCredential = z.infer<typeof sensorCredentialSchema>;
