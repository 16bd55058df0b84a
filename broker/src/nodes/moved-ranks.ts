import type { NodeView } from '@meshdeck/shared';

/**
 * Of all machines those to be told of: the changed ones, and those that have another rank than was told last. A machine
 * that overtakes another changes both, or two would be first until the other says something.
 */
export function createMovedRanks(): (all: readonly NodeView[], changed: ReadonlySet<string>) => NodeView[] {
  let told = new Map<string, number | null>();
  return (all, changed) => {
    const news = all.filter(({ id, rank }) => changed.has(id) || told.get(id) !== rank);
    told = new Map(all.map(({ id, rank }) => [id, rank]));
    return news;
  };
}
