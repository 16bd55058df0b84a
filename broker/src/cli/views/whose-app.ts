import type { AppView } from '@meshdeck/shared';

type Owned = Pick<AppView, 'name' | 'ref' | 'whose' | 'owner'>;

/** Whose an app is, as its reader says it: `you`, `the lab`, `the sample`, or a name. */
export const whoseWords = ({ whose, owner }: Pick<Owned, 'whose' | 'owner'>): string =>
  whose === 'other' ? (owner?.name ?? 'somebody else') : whose === 'yours' ? 'you' : `the ${whose}`;

const before = { yours: 'Your', lab: "The lab's", sample: 'The sample' } as const;

/** An app and whose it is, as a sentence begins: `Your digits`, `The lab's digits`, `digits of Eve (5f0c/digits)`. */
export function appWords({ name, ref, whose, owner }: Owned): string {
  return whose === 'other'
    ? `${name} of ${whoseWords({ whose, owner })} (${ref})`
    : `${before[whose]} ${name}`;
}

/** What to say of an app that somebody else has put under the name that was asked for. */
export function whoseSentence({ whose, name, ref, owner }: Owned): string | undefined {
  if (whose === 'sample') return `${name} is the sample that came with Meshdeck.`;
  return whose === 'other' ? `${name} is an app of ${whoseWords({ whose, owner })} (${ref}).` : undefined;
}
