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
  liveJobLogs: (jobId: string) => `${root}/live/jobs/${jobId}/logs`,
} as const;

export type ParsedTopic =
  | { kind: 'node'; nodeId: string; channel: NodeChannel }
  | { kind: 'sensor'; sensorId: string; channel: SensorChannel }
  | { kind: 'app'; app: string; channel: 'predictions' }
  | { kind: 'live'; what: 'nodes' | 'jobs' | 'sensors' }
  | { kind: 'live-job-logs'; jobId: string };

const isOneOf = <T extends string>(list: readonly T[], value: string | undefined): value is T =>
  (list as readonly string[]).includes(value ?? '');

/** The parts of a concrete topic name, or null where it is none of ours. Wildcards are not names. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (!topic.startsWith(`${root}/`) || /[+#\0]/.test(topic)) return null;
  const [kind, id, channel, extra, ...rest] = topic.slice(root.length + 1).split('/');
  if (rest.length > 0 || id === undefined || id === '') return null;
  if (kind === 'live') {
    if (id === 'jobs' && channel !== undefined && channel !== '' && extra === 'logs') {
      return { kind: 'live-job-logs', jobId: channel };
    }
    if (channel === undefined && isOneOf(['nodes', 'jobs', 'sensors'] as const, id)) {
      return { kind: 'live', what: id };
    }
    return null;
  }
  if (extra !== undefined) return null;
  if (kind === 'nodes' && isOneOf(nodeChannels, channel)) return { kind: 'node', nodeId: id, channel };
  if (kind === 'sensors' && isOneOf(sensorChannels, channel))
    return { kind: 'sensor', sensorId: id, channel };
  if (kind === 'apps' && channel === 'predictions') return { kind: 'app', app: id, channel };
  return null;
}
