import { MeshdeckError, type NodeView } from '@meshdeck/shared';

/** Joined machines first: a stranger's machine that takes the name of one of them changes nothing about whom it names. */
export const joinedFirst = ({ membership }: NodeView): boolean => membership === 'joined';
/** For what is done with machines that are not in: letting them in, or turning them away. */
export const askingFirst = ({ membership }: NodeView): boolean => membership === 'pending';

/**
 * The machine of that id, or the only one called so or whose id begins so; of several, the only one that is preferred.
 *
 * @throws MeshdeckError `not-found` where there is none, or it is not the only one
 */
export function findNode(
  all: readonly NodeView[],
  ref: string,
  isPreferred: (node: NodeView) => boolean = joinedFirst,
): NodeView {
  const exact = all.find(({ id }) => id === ref);
  if (exact !== undefined) return exact;
  const matches = all.filter(({ id, name }) => name === ref || (ref.length >= 3 && id.startsWith(ref)));
  const preferred = matches.filter(isPreferred);
  const [one, ...others] = preferred.length > 0 ? preferred : matches;
  if (one !== undefined && others.length === 0) return one;
  throw new MeshdeckError(
    'not-found',
    one === undefined
      ? `There is no machine ${ref}. "meshdeck nodes list" shows those there are.`
      : `More than one machine is called ${ref} or begins with it. Give more of the id.`,
  );
}
