import { type NodeView, rankNodes } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { api } from '../api/index.js';
import { type ClusterCapacity, clusterCapacity } from '../labels/cluster-capacity.js';
import { LiveCollection } from './collection.svelte.js';
import { liveTopic } from './messages.js';
import { nodeHistory } from './node-history.svelte.js';

/** All machines the hub knows or sees. */
class Nodes extends LiveCollection<NodeView> {
  joined = $derived(this.list.filter((node) => node.membership === 'joined'));
  pending = $derived(this.list.filter((node) => node.membership === 'pending'));
  seenOnly = $derived(this.list.filter((node) => node.membership === 'seen'));
  rejected = $derived(this.list.filter((node) => node.membership === 'rejected'));
  strength = $derived<ClusterCapacity>(clusterCapacity(this.joined));

  /** By id, an unambiguous beginning of it, or the name. */
  find(wanted: string): NodeView | undefined {
    const exact = this.items.get(wanted) ?? this.list.find((node) => node.name === wanted);
    if (exact !== undefined) return exact;
    const starting = this.list.filter((node) => node.id.startsWith(wanted));
    return starting.length === 1 ? starting[0] : undefined;
  }
}

export const nodes = new Nodes({
  topic: () => liveTopic('live/nodes', {}),
  load: () => pages('nodes', api.nodes.list),
  // One that overtakes another is told of alone: without this two would be first.
  together: rankNodes,
  seen: (views) => nodeHistory.seen(views),
});
