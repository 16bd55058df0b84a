import type { MetricFamily } from '../metric-family.js';
import type { NodeApi } from './node-api.js';

export function nodeMetrics(nodes: Pick<NodeApi, 'list'>): MetricFamily[] {
  const joined = nodes.list().filter(({ membership }) => membership === 'joined');
  const withPresence = (presence: string) => joined.filter((node) => node.presence === presence).length;
  return [
    {
      name: 'nodes',
      type: 'gauge',
      help: 'Joined machines by presence.',
      samples: [
        ['{presence="active"}', withPresence('active')],
        ['{presence="lost"}', withPresence('lost')],
      ],
    },
    {
      name: 'slots_busy',
      type: 'gauge',
      help: 'Slots at work on joined machines.',
      samples: [['', joined.reduce((sum, node) => sum + node.slotsBusy, 0)]],
    },
  ];
}
