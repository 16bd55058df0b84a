import type { SeenNode } from '../discovery/hub-discovery.js';
import { findNode } from './find-node.js';
import type { NodeRegistry } from './registry.js';

/** The id of the machine that is meant, among those met and those merely in sight. @throws MeshdeckError `not-found` */
export function resolveNode(
  nodes: Pick<NodeRegistry, 'states'>,
  seen: readonly SeenNode[],
  ref: string,
): string {
  const met = nodes.states().map(({ document: { id, name, membership } }) => ({ id, name, membership }));
  const ids = new Set(met.map(({ id }) => id));
  const strangers = seen
    .filter(({ id }) => !ids.has(id))
    .map(({ id, name }) => ({ id, name, membership: 'seen' as const }));
  return findNode([...met, ...strangers], ref).id;
}
