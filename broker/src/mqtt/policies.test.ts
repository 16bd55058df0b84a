import { parseTopic, roles, topicKeys, type KeyScope, type Role } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { mayPublish, mayRetain, maySubscribe, type Membership } from './policies.js';
import type { Principal } from './principal.js';

const me = 'a'.repeat(26);
const other = 'b'.repeat(26);
const node: Principal = { kind: 'node', nodeId: me, fingerprint: '', instanceId: '', address: '' };
const sensor: Principal = { kind: 'sensor', sensorId: 'greenhouse' };
/** A person's id: 12 letters and digits. */
const idOf = (role: Role) => role.replaceAll('-', '').padEnd(12, '0').slice(0, 12);
const person = (role: Role, scopes: KeyScope[] | null = null): Principal => {
  return { kind: 'person', id: idOf(role), name: role, role, scopes, sessionId: null, keyId: null };
};
/** Jobs that are named after whose they are. */
const ownerOfJob = (jobId: string) =>
  jobId === 'jobofuser0' ? idOf('user') : jobId === '0123456789' ? idOf('admin') : undefined;

const nodeTopics = ['status', 'metrics', 'inventory', 'holdings', 'orders', 'reports', 'logs'];
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
  // Ids of no shape that ours have.
  'meshdeck/v1/nodes/x/metrics',
  `meshdeck/v1/nodes/${me}a/metrics`,
  `meshdeck/v1/nodes/${'0'.repeat(26)}/metrics`,
  'meshdeck/v1/sensors/Greenhouse/readings',
  `meshdeck/v1/sensors/${'g'.repeat(64)}/readings`,
  'meshdeck/v1/sensors/-/readings',
  'meshdeck/v1/live/jobs/012345678/logs',
  'meshdeck/v1/live/jobs/01234567890/logs',
  'meshdeck/v1/live/jobs/0123456789/logs\n',
  'meshdeck/v1/live/own-jobs/user',
  `meshdeck/v1/sensors/${'a'.repeat(65_000)}/readings`,
];

/** Every cell of the table: principal and membership x topic, with what is allowed; all else is refused. */
const mayPublishCells: [Principal, Membership, string[]][] = [
  [
    node,
    'joined',
    ['status', 'metrics', 'inventory', 'holdings', 'reports', 'logs'].map(
      (channel) => `meshdeck/v1/nodes/${me}/${channel}`,
    ),
  ],
  [node, 'pending', []],
  [node, 'none', []],
  [sensor, 'none', ['meshdeck/v1/sensors/greenhouse/readings', 'meshdeck/v1/sensors/greenhouse/state']],
  ...roles.map((role): [Principal, Membership, string[]] => [person(role), 'none', []]),
];
const everybodys = [
  'meshdeck/v1/live/nodes',
  'meshdeck/v1/live/sensors',
  'meshdeck/v1/live/notes',
  'meshdeck/v1/nodes/+/metrics',
  'meshdeck/v1/sensors/+/readings',
  `meshdeck/v1/nodes/${me}/metrics`,
  `meshdeck/v1/nodes/${other}/metrics`,
  'meshdeck/v1/sensors/greenhouse/readings',
  'meshdeck/v1/sensors/cellar/readings',
];
const jobs = ['meshdeck/v1/live/jobs', 'meshdeck/v1/live/jobs/0123456789/logs'];
const maySubscribeCells: [Principal, Membership, string[]][] = [
  [node, 'joined', [`meshdeck/v1/nodes/${me}/orders`]],
  [node, 'pending', []],
  [node, 'none', []],
  [sensor, 'none', ['meshdeck/v1/sensors/greenhouse/commands']],
  [
    person('admin'),
    'none',
    [
      ...everybodys,
      ...jobs,
      `meshdeck/v1/live/own-jobs/${idOf('admin')}`,
      'meshdeck/v1/live/jobs/jobofuser0/logs',
    ],
  ],
  [
    person('operator'),
    'none',
    [
      ...everybodys,
      ...jobs,
      `meshdeck/v1/live/own-jobs/${idOf('operator')}`,
      'meshdeck/v1/live/jobs/jobofuser0/logs',
    ],
  ],
  [
    person('user'),
    'none',
    [...everybodys, `meshdeck/v1/live/own-jobs/${idOf('user')}`, 'meshdeck/v1/live/jobs/jobofuser0/logs'],
  ],
  [person('machine-owner'), 'none', everybodys],
  [person('admin', ['run']), 'none', []],
  [
    person('user', ['read']),
    'none',
    [...everybodys, `meshdeck/v1/live/own-jobs/${idOf('user')}`, 'meshdeck/v1/live/jobs/jobofuser0/logs'],
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
  'meshdeck/v1/live/notes',
  `meshdeck/v1/live/own-jobs/${idOf('user')}`,
  `meshdeck/v1/live/own-jobs/${idOf('admin')}`,
  `meshdeck/v1/live/own-jobs/${idOf('operator')}`,
  'meshdeck/v1/live/own-jobs/+',
  'meshdeck/v1/live/jobs/jobofuser0/logs',
  'meshdeck/v1/live/#',
  'meshdeck/v1/live/jobs/0123456789/logs',
  'meshdeck/v1/live/jobs/+/logs',
  // The shape of an id, and nobody's.
  'meshdeck/v1/live/jobs/zzzzzzzzzz/logs',
  'meshdeck/v1/#',
  `meshdeck/v1/nodes/${me}/#`,
  `meshdeck/v1/nodes/${me}/+`,
];

/** Of what each may publish: what may be retained. */
const mayRetainCells: [Principal, string[]][] = [
  [node, ['status', 'inventory'].map((channel) => `meshdeck/v1/nodes/${me}/${channel}`)],
  [sensor, ['meshdeck/v1/sensors/greenhouse/readings', 'meshdeck/v1/sensors/greenhouse/state']],
  [person('admin'), []],
];

describe('access policies', () => {
  it('are held here against every topic of the map', () => {
    const tried = new Set(allTopics.map((topic) => parseTopic(topic)?.key));
    expect(topicKeys.filter((key) => !tried.has(key))).toEqual([]);
  });

  it.each(mayRetainCells)('%o may have exactly this retained', (principal, allowed) => {
    const kept = allTopics.filter(
      (topic) =>
        mayPublish(principal, parseTopic(topic), 'joined') && mayRetain(principal, parseTopic(topic)),
    );
    expect(kept.sort()).toEqual(allowed.sort());
  });

  it.each(mayPublishCells)('%o (%s) may publish exactly this', (principal, membership, allowed) => {
    expect(allTopics.filter((topic) => mayPublish(principal, parseTopic(topic), membership)).sort()).toEqual(
      allowed.toSorted(),
    );
  });

  it.each(maySubscribeCells)('%o (%s) may subscribe to exactly this', (principal, membership, allowed) => {
    expect(
      allTopics.filter((topic) => maySubscribe(principal, topic, membership, ownerOfJob)).sort(),
    ).toEqual(allowed.toSorted());
  });
});
