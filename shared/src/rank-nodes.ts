import type { NodeView } from './models/node.js';

/**
 * Ranks the active joined machines by score, 1 the strongest; ties by id, so that ranks stand still. Others have none. A
 * view whose rank is right already stays the same object. Whoever holds views from different moments ranks them anew.
 */
export function rankNodes(views: readonly NodeView[]): NodeView[] {
  const ranked = views
    .filter((view) => view.membership === 'joined' && view.presence === 'active' && view.score !== null)
    .sort((a, b) => (b.score?.score ?? 0) - (a.score?.score ?? 0) || a.id.localeCompare(b.id));
  const rankOf = new Map(ranked.map((view, index) => [view.id, index + 1]));
  return views.map((view) => {
    const rank = rankOf.get(view.id) ?? null;
    return view.rank === rank ? view : { ...view, rank };
  });
}
