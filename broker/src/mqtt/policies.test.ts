import { parseTopic } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { mayPublish, mayRetain, maySubscribe, type Membership } from './policies.js';
import type { Principal } from './principal.js';

const me = 'a'.repeat(26);
const other = 'b'.repeat(26);
const node: Principal = { kind: 'node', nodeId: me, fingerprint: '', instanceId: '', address: '' };
const sensor: Principal = { kind: 'sensor', sensorId: 'greenhouse' };
const person: Principal = { kind: 'person', name: 'admin' };

const nodeTopics = ['status', 'metrics', 'inventory', 'orders', 'reports', 'logs'];
const strangeTopics = [
  '',
  '#',
  '+',
  '$SYS/broker/uptime',
  '$SYS/#',
  '$share/group/meshdeck/v1/live/nodes',
  `$share/group/meshdeck/v1/nodes/${me}/orders`,
  '$queue/meshdeck/v1/live/nodes',
  'meshdeck',
  'meshdeck/v1',
  'meshdeck/v1/nodes',
  `meshdeck/v1/nodes/${me}`,
  `meshdeck/v1/nodes/${me}/status/x`,
  `meshdeck/v2/nodes/${me}/status`,
  'homeassistant/x',
  `/meshdeck/v1/nodes/${me}/orders`,
  `meshdeck/v1/nodes//orders`,
  `meshdeck/v1/nodes/${me}/orders/`,
  `meshdeck/v1/nodes/${me}/orders\0`,
  `meshdeck/v1/nodes/${me.toUpperCase()}/orders`,
  `Meshdeck/v1/nodes/${me}/orders`,
  `meshdeck/v1/nodes/${me}/+/orders`,
  `meshdeck/v1/+/${me}/orders`,
  `+/v1/nodes/${me}/orders`,
  'meshdeck/v1/sensors/#',
  'meshdeck/v1/sensors/greenhouse/#',
  'meshdeck/v1/+/+/+',
  '+/#',
];

/** Every cell of the table: principal and membership x topic, with what is allowed; all else is refused. */
const mayPublishCells: [Principal, Membership, string[]][] = [
  [
    node,
    'joined',
    ['status', 'metrics', 'inventory', 'reports', 'logs'].map(
      (channel) => `meshdeck/v1/nodes/${me}/${channel}`,
    ),
  ],
  [node, 'pending', []],
  [node, 'none', []],
  [sensor, 'none', ['meshdeck/v1/sensors/greenhouse/readings', 'meshdeck/v1/sensors/greenhouse/state']],
  [person, 'none', []],
];
const maySubscribeCells: [Principal, Membership, string[]][] = [
  [node, 'joined', [`meshdeck/v1/nodes/${me}/orders`]],
  [node, 'pending', []],
  [node, 'none', []],
  [sensor, 'none', ['meshdeck/v1/sensors/greenhouse/commands']],
  [
    person,
    'none',
    [
      'meshdeck/v1/live/nodes',
      'meshdeck/v1/live/jobs',
      'meshdeck/v1/live/sensors',
      'meshdeck/v1/live/jobs/0123456789/logs',
      'meshdeck/v1/nodes/+/metrics',
      'meshdeck/v1/sensors/+/readings',
      `meshdeck/v1/nodes/${me}/metrics`,
      `meshdeck/v1/nodes/${other}/metrics`,
      'meshdeck/v1/sensors/greenhouse/readings',
      'meshdeck/v1/sensors/cellar/readings',
    ],
  ],
];

const allTopics = [
  ...strangeTopics,
  ...[me, other, '+'].flatMap((id) => nodeTopics.map((channel) => `meshdeck/v1/nodes/${id}/${channel}`)),
  ...['greenhouse', 'cellar', '+'].flatMap((id) =>
    ['readings', 'commands', 'state'].map((channel) => `meshdeck/v1/sensors/${id}/${channel}`),
  ),
  'meshdeck/v1/apps/digits/predictions',
  'meshdeck/v1/live/nodes',
  'meshdeck/v1/live/jobs',
  'meshdeck/v1/live/sensors',
  'meshdeck/v1/live/#',
  'meshdeck/v1/live/jobs/0123456789/logs',
  'meshdeck/v1/live/jobs/+/logs',
  'meshdeck/v1/#',
  `meshdeck/v1/nodes/${me}/#`,
  `meshdeck/v1/nodes/${me}/+`,
];

/** Of what each may publish: what may be retained. */
const mayRetainCells: [Principal, string[]][] = [
  [node, ['status', 'inventory'].map((channel) => `meshdeck/v1/nodes/${me}/${channel}`)],
  [sensor, ['meshdeck/v1/sensors/greenhouse/readings', 'meshdeck/v1/sensors/greenhouse/state']],
  [person, []],
];

describe('access policies', () => {
  it.each(mayRetainCells)('%o may have exactly this retained', (principal, allowed) => {
    const kept = allTopics.filter(
      (topic) =>
        mayPublish(principal, parseTopic(topic), 'joined') && mayRetain(principal, parseTopic(topic)),
    );
    expect(kept.sort()).toEqual(allowed.sort());
  });

  it.each(mayPublishCells)('%o (%s) may publish exactly this', (principal, membership, allowed) => {
    expect(allTopics.filter((topic) => mayPublish(principal, parseTopic(topic), membership)).sort()).toEqual(
      allowed.sort(),
    );
  });

  it.each(maySubscribeCells)('%o (%s) may subscribe to exactly this', (principal, membership, allowed) => {
    expect(allTopics.filter((topic) => maySubscribe(principal, topic, membership)).sort()).toEqual(
      allowed.sort(),
    );
  });
});
