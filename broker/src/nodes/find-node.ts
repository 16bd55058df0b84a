import { MeshdeckError, type NodeView } from '@meshdeck/shared';

/** What a machine is found by. */
type Findable = Pick<NodeView, 'id' | 'name' | 'membership'>;

/** Joined machines first: a stranger's machine that takes the name of one of them changes nothing about whom it names. */
export const joinedFirst = ({ membership }: Findable): boolean => membership === 'joined';
/** For what is done with machines that are not in: letting them in, or turning them away. */
export const askingFirst = ({ membership }: Findable): boolean => membership === 'pending';

/**
 * The machine of that id, or the only one called so or whose id begins so; of several, the only one that is preferred.
 *
 * @throws MeshdeckError `not-found` where there is none, or it is not the only one
 */
export function findNode<N extends Findable>(
  all: readonly N[],
  ref: string,
  isPreferred: (node: N) => boolean = joinedFirst,
): N {
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
