/** Whole views of what changed, ids of what is gone. */
export interface Delta<View> {
  changed: View[];
  removed: string[];
}

type Items<View> = ReadonlyMap<string, View>;

export const noItems = <View>(): Items<View> => new Map();

export const byId = <View extends { id: string }>(views: readonly View[]): Map<string, View> =>
  new Map(views.map((view) => [view.id, view]));

/** The views of a snapshot by id, and of those known before it the ones that `keep` says outlive it. */
export function fromSnapshot<View extends { id: string }>(
  snapshot: readonly View[],
  before: Items<View>,
  keep: (view: View) => boolean,
): Items<View> {
  const items = byId(snapshot);
  for (const view of before.values()) {
    if (!items.has(view.id) && keep(view)) items.set(view.id, view);
  }
  return items;
}

/** The items after some deltas, in their order. Views that did not change stay the same objects. */
export function withDeltas<View extends { id: string }>(
  before: Items<View>,
  deltas: readonly Delta<View>[],
): Items<View> {
  const items = new Map(before);
  for (const { changed, removed } of deltas) {
    for (const view of changed) items.set(view.id, view);
    for (const id of removed) items.delete(id);
  }
  return items;
}
