/** Every MQTT topic name; nobody else spells one. Levels are ids that their schemas keep free of `/`, `+`, `#`. */
const root = 'meshdeck/v1';

export const nodeChannels = [
  'status',
  'metrics',
  'inventory',
  'holdings',
  'orders',
  'reports',
  'logs',
] as const;
export type NodeChannel = (typeof nodeChannels)[number];

export const sensorChannels = ['readings', 'commands', 'state'] as const;
export type SensorChannel = (typeof sensorChannels)[number];

export const topics = {
  node: (nodeId: string, channel: NodeChannel) => `${root}/nodes/${nodeId}/${channel}`,
  sensor: (sensorId: string, channel: SensorChannel) => `${root}/sensors/${sensorId}/${channel}`,
  appPredictions: (app: string) => `${root}/apps/${app}/predictions`,
  /** What the hub tells people who look at a page: changed views, coalesced, sent only while someone listens. */
  liveNodes: `${root}/live/nodes`,
  liveJobs: `${root}/live/jobs`,
  liveSensors: `${root}/live/sensors`,
  /** The jobs of one person, for whom everybody's are none of their business. */
  liveOwnJobs: (personId: string) => `${root}/live/own-jobs/${personId}`,
  liveJobLogs: (jobId: string) => `${root}/live/jobs/${jobId}/logs`,
} as const;

export type ParsedTopic =
  | { kind: 'node'; nodeId: string; channel: NodeChannel }
  | { kind: 'sensor'; sensorId: string; channel: SensorChannel }
  | { kind: 'app'; app: string; channel: 'predictions' }
  | { kind: 'live'; what: 'nodes' | 'jobs' | 'sensors' }
  | { kind: 'live-own-jobs'; personId: string }
  | { kind: 'live-job-logs'; jobId: string };

/** Longer than any of ours: what is longer is not looked at. */
const longestTopic = 160;

const oneOf = (names: readonly string[]) => `(${names.join('|')})`;
const id = {
  node: '([a-z2-7]{26})',
  /** Of sensors and apps. */
  name: '([a-z0-9][a-z0-9-]{0,62})',
  job: '([0-9a-z]{10})',
  person: '(local|[0-9a-z]{12})',
};
const whole = (pattern: string) => new RegExp(`^${root}/${pattern}$`);

/** Ids as `ids.ts` has them, so that a topic which can be nobody's is none. */
const shapes: readonly [RegExp, (parts: readonly string[]) => ParsedTopic][] = [
  [
    whole(`nodes/${id.node}/${oneOf(nodeChannels)}`),
    ([nodeId = '', channel]) => ({ kind: 'node', nodeId, channel: channel as NodeChannel }),
  ],
  [
    whole(`sensors/${id.name}/${oneOf(sensorChannels)}`),
    ([sensorId = '', channel]) => ({ kind: 'sensor', sensorId, channel: channel as SensorChannel }),
  ],
  [whole(`apps/${id.name}/predictions`), ([app = '']) => ({ kind: 'app', app, channel: 'predictions' })],
  [
    whole('live/(nodes|jobs|sensors)'),
    ([what]) => ({ kind: 'live', what: what as 'nodes' | 'jobs' | 'sensors' }),
  ],
  [whole(`live/own-jobs/${id.person}`), ([personId = '']) => ({ kind: 'live-own-jobs', personId })],
  [whole(`live/jobs/${id.job}/logs`), ([jobId = '']) => ({ kind: 'live-job-logs', jobId })],
];

/** The parts of a concrete topic name, or null where it is none of ours. Wildcards are not names. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (topic.length > longestTopic) return null;
  for (const [shape, make] of shapes) {
    const match = shape.exec(topic);
    if (match !== null) return make(match.slice(1));
  }
  return null;
}
