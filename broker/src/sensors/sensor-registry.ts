import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  knownIds,
  locationSchema,
  MeshdeckError,
  sensorIdSchema,
  topicName,
  type SensorCredential,
  type SensorId,
  type SensorPatch,
  type SensorReading,
  type SensorRequest,
  type SensorView,
  type TopicFrom,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { MessageHandlers } from '../mqtt/dispatch.js';
import type { SeriesStore } from '../series/types.js';
import type { Collection } from '../stores/documents.js';

/** All throw `not-found`; `register` throws `already-exists`. */
export interface SensorApi {
  list(): SensorView[];
  get(id: SensorId): SensorView;
  register(request: SensorRequest): Promise<SensorCredential>;
  patch(id: SensorId, patch: SensorPatch): Promise<SensorView>;
  remove(id: SensorId): Promise<void>;
  rotateCredential(id: SensorId): Promise<SensorCredential>;
}

export const sensorDocumentSchema = z.object({
  id: knownIds.sensor,
  name: z.string(),
  kind: z.string(),
  units: z.record(z.string(), z.string()),
  location: locationSchema,
  metadata: z.record(z.string(), z.string()),
  createdAt: z.number(),
  /** SHA-256 of the password, which has 192 random bits and so needs no slow hash. */
  passwordHash: z.string(),
});
export type SensorDocument = z.infer<typeof sensorDocumentSchema>;

/** What is true of a sensor right now; in memory only. */
interface Live {
  connections: number;
  latest: Map<string, { ts: number; value: number }>;
  lastReadingAt: number | null;
  readings: number;
  refused: number;
  lastRefusal: string | null;
}

export interface SensorRegistry extends SensorApi {
  authenticate(sensorId: SensorId, password: Buffer): boolean;
  connected(sensorId: SensorId): void;
  disconnected(sensorId: SensorId): void;
  /** What sensors publish. */
  handlers: MessageHandlers<TopicFrom<'sensor'>>;
  unitOf(sensorId: SensorId, key: string): string;
  readingsTotal(): number;
}

/** As many series as are stored of one source. Whoever invents a new name for every value must not fill the memory. */
const mostMeasurements = 512;

/** More than a building has; each costs memory. */
const mostSensors = 20_000;

const hash = (password: string | Buffer) => createHash('sha256').update(password).digest();

function slug(name: string): string {
  const text = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return text === '' ? 'sensor' : text;
}

export async function createSensorRegistry(options: {
  collection: Collection<SensorDocument>;
  series: Pick<SeriesStore, 'append' | 'latest' | 'removeSource'>;
  brokerUrl: () => string;
  changed: (sensorId: SensorId) => void;
  removed: (sensorId: SensorId) => void;
  /** Whoever is connected with the old password must leave. */
  credentialChanged: (sensorId: SensorId) => void;
  now: () => number;
}): Promise<SensorRegistry> {
  const { collection, series, now } = options;
  const documents = new Map((await collection.all()).map((document) => [document.id, document]));
  const lives = new Map<SensorId, Live>();
  let total = 0;
  for (const id of documents.keys()) {
    const live = liveOf(id);
    const stored = await series.latest(`sensor:${id}`).catch(() => []);
    for (const { key, ts, value } of stored) {
      live.latest.set(key, { ts, value });
      live.lastReadingAt = Math.max(live.lastReadingAt ?? 0, ts);
    }
  }

  function liveOf(id: SensorId): Live {
    let live = lives.get(id);
    if (live === undefined) {
      live = {
        connections: 0,
        latest: new Map(),
        lastReadingAt: null,
        readings: 0,
        refused: 0,
        lastRefusal: null,
      };
      lives.set(id, live);
    }
    return live;
  }

  function find(id: SensorId): SensorDocument {
    const document = documents.get(id);
    if (document !== undefined) return document;
    throw new MeshdeckError(
      'not-found',
      `There is no sensor ${id}. "meshdeck sensors list" shows those there are.`,
    );
  }

  function view(document: SensorDocument): SensorView {
    const { passwordHash: _secret, ...rest } = document;
    const live = liveOf(document.id);
    return {
      ...rest,
      connected: live.connections > 0,
      lastReadingAt: live.lastReadingAt,
      latest: Object.fromEntries(live.latest),
      readings: live.readings,
      refused: live.refused,
      lastRefusal: live.lastRefusal,
      topic: topicName('sensors/{sensorId}/readings', { sensorId: document.id }),
    };
  }

  function freeId(name: string): string {
    const base = slug(name);
    let id = base;
    for (let number = 2; documents.has(id); number += 1) id = `${base}-${number}`;
    return sensorIdSchema.parse(id);
  }

  async function save(document: SensorDocument): Promise<void> {
    documents.set(document.id, document);
    await collection.put(document);
    options.changed(document.id);
  }

  async function withNewPassword(document: SensorDocument): Promise<SensorCredential> {
    const password = randomBytes(24).toString('base64url');
    const next = { ...document, passwordHash: hash(password).toString('hex') };
    await save(next);
    return { sensor: view(next), username: next.id, password, brokerUrl: options.brokerUrl() };
  }

  function refuse(sensorId: SensorId, reason: string): void {
    if (!documents.has(sensorId)) return;
    const live = liveOf(sensorId);
    live.refused += 1;
    live.lastRefusal = reason;
    options.changed(sensorId);
  }

  /** Hot path: never throws. */
  function take(sensorId: SensorId, readings: readonly SensorReading[]): void {
    if (!documents.has(sensorId)) return;
    const live = liveOf(sensorId);
    const source = `sensor:${sensorId}`;
    for (const { ts, values } of readings) {
      for (const [key, value] of values) {
        if (!live.latest.has(key) && live.latest.size >= mostMeasurements) {
          live.refused += 1;
          live.lastRefusal = `A sensor may measure at most ${mostMeasurements} things; "${key}" is one more.`;
          continue;
        }
        series.append(source, key, ts, value);
        const newest = live.latest.get(key);
        if (newest === undefined || ts >= newest.ts) live.latest.set(key, { ts, value });
      }
      live.lastReadingAt = Math.max(live.lastReadingAt ?? 0, ts);
      live.readings += 1;
      total += 1;
    }
    options.changed(sensorId);
  }

  return {
    list: () => [...documents.values()].sort((a, b) => a.name.localeCompare(b.name)).map(view),
    get: (id) => view(find(id)),

    async register(request: SensorRequest) {
      const id = request.id ?? freeId(request.name);
      if (documents.has(id)) {
        throw new MeshdeckError('already-exists', `There is a sensor ${id} already. Choose another id.`);
      }
      if (documents.size >= mostSensors) {
        throw new MeshdeckError('limit-reached', `There are ${mostSensors} sensors. Remove some first.`);
      }
      return withNewPassword({ ...request, id, createdAt: now(), passwordHash: '' });
    },

    async patch(id, patch: SensorPatch) {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      await save(sensorDocumentSchema.parse({ ...find(id), ...given }));
      return view(find(id));
    },

    async remove(id) {
      find(id);
      documents.delete(id);
      lives.delete(id);
      await collection.remove(id);
      options.removed(id);
      await series.removeSource(`sensor:${id}`);
    },

    async rotateCredential(id) {
      const credential = await withNewPassword(find(id));
      options.credentialChanged(id);
      return credential;
    },

    authenticate(sensorId, password) {
      const document = documents.get(sensorId);
      const expected = Buffer.from(document?.passwordHash ?? '0'.repeat(64), 'hex');
      return timingSafeEqual(expected, hash(password)) && document !== undefined;
    },

    connected(sensorId) {
      liveOf(sensorId).connections += 1;
      options.changed(sensorId);
    },

    disconnected(sensorId) {
      if (!documents.has(sensorId)) return;
      const live = liveOf(sensorId);
      live.connections = Math.max(0, live.connections - 1);
      options.changed(sensorId);
    },

    handlers: {
      'sensors/{sensorId}/readings': {
        take: ({ sensorId }, readings) => take(sensorId, readings),
        refused: ({ sensorId }, reason) => refuse(sensorId, reason),
      },
      'sensors/{sensorId}/state': null,
    },

    unitOf(sensorId, key) {
      const units = documents.get(sensorId)?.units ?? {};
      // A measurement may have been named `toString`, which every object has.
      return Object.hasOwn(units, key) ? (units[key] ?? '') : '';
    },
    readingsTotal: () => total,
  };
}
