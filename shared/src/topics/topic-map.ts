import * as z from 'zod';
import { amqpNames } from '../amqp/names.js';
import type { JobId, NodeId, PersonId, SensorId } from '../ids.js';
import { holdingsMessageSchema } from '../messages/holdings.js';
import { inventoryMessageSchema } from '../messages/inventory.js';
import { metricsSchema } from '../messages/metrics.js';
import { orderSchema } from '../messages/orders.js';
import { readingsPayload } from '../messages/readings.js';
import { jobReportSchema, logMessageSchema, reportSchema } from '../messages/reports.js';
import { statusMessageSchema } from '../messages/status.js';
import { liveJobsSchema, liveNodesSchema, liveSensorsSchema } from '../models/hub.js';
import { liveNotesSchema } from '../models/note.js';
import { jsonPayload, type JsonPayload, type PayloadForm } from './payload-form.js';

/** People hear a topic by an action of the permission table, and where it is not everybody's, only those it is about. */
export interface PeopleRule {
  action: 'machines.read' | 'jobs.read' | 'sensors.read' | 'series.read';
  /** `everybody`: with the reach `all`, also of every id at once (`+`). `person`: who is named. `job`: the job's owner, too. */
  whose: 'everybody' | 'person' | 'job';
}

/** The same messages by way of RabbitMQ, where the hub has one. */
export interface AmqpRoute<T> {
  exchange: string;
  routingKey: 'nodeId' | 'hubId';
  /** The queue of those whose id the routing key is. */
  queue: (id: string) => string;
  /** What of the topic's messages may go that way. */
  schema: z.ZodType<T>;
}

export interface TopicRule<Form = PayloadForm<unknown>> {
  payload: Form;
  /** The only one that may publish it: a machine and a sensor below their own id. */
  from: 'node' | 'sensor' | 'hub';
  /** For whom it is; the hub hears all that machines and sensors say. */
  to: 'hub' | 'node' | 'sensor' | 'people';
  people?: PeopleRule;
  amqp?: AmqpRoute<unknown>;
  /** Of our own programs; sensors choose theirs. */
  qos: 0 | 1;
  /** Whether the broker keeps the last one for who comes later: a retained report would be told twice. */
  retain: 'always' | 'allowed' | 'never';
}

/** Orders and reports as they go over RabbitMQ. Progress and dry runs go by MQTT at all times. */
export const amqpRoutes = {
  orders: {
    exchange: amqpNames.orders,
    routingKey: 'nodeId',
    queue: amqpNames.nodeQueue,
    schema: orderSchema,
  },
  reports: {
    exchange: amqpNames.reports,
    routingKey: 'hubId',
    queue: amqpNames.reportsQueue,
    schema: jobReportSchema,
  },
} as const satisfies Record<string, AmqpRoute<unknown>>;

const byMachine = { from: 'node', to: 'hub' } as const;
const bySensor = { from: 'sensor', to: 'hub', qos: 0, retain: 'allowed' } as const;
const live = { from: 'hub', to: 'people', qos: 0, retain: 'never' } as const;

/** Every MQTT topic below `meshdeck/v1/` and what is said on it; nobody else spells one. */
const map = {
  'nodes/{nodeId}/status': {
    ...byMachine,
    payload: jsonPayload(statusMessageSchema),
    qos: 1,
    retain: 'always',
  },
  'nodes/{nodeId}/metrics': {
    ...byMachine,
    payload: jsonPayload(metricsSchema),
    people: { action: 'machines.read', whose: 'everybody' },
    qos: 0,
    retain: 'never',
  },
  'nodes/{nodeId}/inventory': {
    ...byMachine,
    payload: jsonPayload(inventoryMessageSchema),
    qos: 1,
    retain: 'allowed',
  },
  'nodes/{nodeId}/holdings': {
    ...byMachine,
    payload: jsonPayload(holdingsMessageSchema),
    qos: 1,
    retain: 'never',
  },
  'nodes/{nodeId}/orders': {
    from: 'hub',
    to: 'node',
    payload: jsonPayload(orderSchema),
    amqp: amqpRoutes.orders,
    qos: 1,
    retain: 'never',
  },
  'nodes/{nodeId}/reports': {
    ...byMachine,
    payload: jsonPayload(reportSchema),
    amqp: amqpRoutes.reports,
    qos: 1,
    retain: 'never',
  },
  'nodes/{nodeId}/logs': {
    ...byMachine,
    payload: jsonPayload(logMessageSchema),
    qos: 0,
    retain: 'never',
  },
  'sensors/{sensorId}/readings': {
    ...bySensor,
    payload: readingsPayload,
    people: { action: 'series.read', whose: 'everybody' },
  },
  /** What a sensor says of itself and what it is told: let through, and not read by the hub yet. */
  'sensors/{sensorId}/state': { ...bySensor, payload: jsonPayload(z.unknown()) },
  'sensors/{sensorId}/commands': {
    from: 'hub',
    to: 'sensor',
    payload: jsonPayload(z.unknown()),
    qos: 1,
    retain: 'never',
  },
  /** What the hub tells people who look at a page: changed views, coalesced, sent only while someone listens. */
  'live/nodes': {
    ...live,
    payload: jsonPayload(liveNodesSchema),
    people: { action: 'machines.read', whose: 'everybody' },
  },
  'live/jobs': {
    ...live,
    payload: jsonPayload(liveJobsSchema),
    people: { action: 'jobs.read', whose: 'everybody' },
  },
  'live/sensors': {
    ...live,
    payload: jsonPayload(liveSensorsSchema),
    people: { action: 'sensors.read', whose: 'everybody' },
  },
  'live/notes': {
    ...live,
    payload: jsonPayload(liveNotesSchema),
    people: { action: 'machines.read', whose: 'everybody' },
  },
  /** The jobs of one person, for whom everybody's are none of their business. */
  'live/own-jobs/{personId}': {
    ...live,
    payload: jsonPayload(liveJobsSchema),
    people: { action: 'jobs.read', whose: 'person' },
  },
  'live/jobs/{jobId}/logs': {
    ...live,
    payload: jsonPayload(logMessageSchema),
    people: { action: 'jobs.read', whose: 'job' },
  },
} as const satisfies Record<string, TopicRule>;

/** A topic as the map spells it, such as `nodes/{nodeId}/orders`. */
export type TopicKey = keyof typeof map;
/** The topics that one of the three says, such as `TopicFrom<'hub'>`. */
export type TopicFrom<Speaker extends TopicRule['from']> = {
  [K in TopicKey]: (typeof map)[K]['from'] extends Speaker ? K : never;
}[TopicKey];
/** The topics that people may hear. */
export type PeopleTopic = {
  [K in TopicKey]: (typeof map)[K] extends { people: PeopleRule } ? K : never;
}[TopicKey];
export type PayloadOf<K extends TopicKey> =
  (typeof map)[K]['payload'] extends PayloadForm<infer T> ? T : never;

type IdIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | IdIn<Rest>
  : never;
interface IdOf {
  nodeId: NodeId;
  sensorId: SensorId;
  jobId: JobId;
  personId: PersonId;
}
/** The ids that a topic's name holds, such as `{ nodeId: NodeId }`. */
export type TopicIds<K extends TopicKey = TopicKey> = K extends TopicKey
  ? { readonly [Name in IdIn<K>]: IdOf[Name] }
  : never;
export type IdName = IdIn<TopicKey>;
/** One concrete topic. */
export type Topic<K extends TopicKey = TopicKey> = { [P in K]: { key: P; ids: TopicIds<P> } }[K];

export const topics: { readonly [K in TopicKey]: TopicRule<PayloadForm<PayloadOf<K>>> } = map;
/** What machines say: all of it JSON, which they check before they send it. */
export const nodeTopics: {
  readonly [K in TopicFrom<'node'>]: TopicRule<JsonPayload<PayloadOf<K>>>;
} = map;
export const topicKeys = Object.keys(map) as readonly TopicKey[];
