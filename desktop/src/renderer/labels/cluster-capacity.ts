import type { NodeView } from '@meshdeck/shared';

/** What the room can do right now: sums over its active machines. */
export interface ClusterCapacity {
  score: number;
  active: number;
  lost: number;
  slotsFree: number;
  slotsTotal: number;
  freeRamBytes: number;
  totalRamBytes: number;
  cores: number;
  /** Each active machine's part of the score, strongest first; of a big room the rest as one, with no id. */
  shares: { id: string | null; name: string; score: number }[];
}

const sharesShown = 24;

export function clusterCapacity(joined: readonly NodeView[]): ClusterCapacity {
  const active = joined.filter((node) => node.presence === 'active');
  const open = active.filter((node) => node.scheduling === 'open');
  const sum = (list: readonly NodeView[], value: (node: NodeView) => number) =>
    list.reduce((total, node) => total + value(node), 0);
  const ordered: ClusterCapacity['shares'] = active
    .map((node) => ({ id: node.id, name: node.name, score: node.score?.score ?? 0 }))
    .sort((a, b) => b.score - a.score);
  const rest = ordered.slice(sharesShown);
  const restScore = rest.reduce((total, share) => total + share.score, 0);
  const shares = ordered.slice(0, sharesShown);
  if (rest.length > 0) shares.push({ id: null, name: `${rest.length} more`, score: restScore });
  return {
    score: shares.reduce((total, share) => total + share.score, 0),
    active: active.length,
    lost: joined.length - active.length,
    slotsFree: sum(open, (node) => Math.max(0, node.slotsTotal - node.slotsBusy)),
    slotsTotal: sum(active, (node) => node.slotsTotal),
    freeRamBytes: sum(active, (node) => node.metrics?.freeRamBytes ?? 0),
    totalRamBytes: sum(active, (node) => node.metrics?.totalRamBytes ?? node.inventory?.totalRamBytes ?? 0),
    cores: sum(active, (node) => node.inventory?.coresLogical ?? 0),
    shares,
  };
}
