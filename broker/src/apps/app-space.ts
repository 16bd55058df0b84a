import type { AppView, PersonId } from '@meshdeck/shared';
import type { Submitter } from '../users/submitter.js';

/**
 * Whose an app is: the lab's, where whoever reaches everybody's apps pushes to; the samples', which come with Meshdeck; or
 * a person's, by their id. A name means one app in each.
 */
export const labSpace = 'lab';
export const sampleSpace = 'samples';

/** Where a push goes. */
export const spaceOf = (by: Pick<Submitter, 'id' | 'reach'> | undefined): string =>
  by?.reach === 'own' ? by.id : labSpace;

/** An app's id in the store: those of the lab go by their name alone, as all did before there were spaces. */
export const recordId = (space: string, name: string): string =>
  space === labSpace ? name : `${space}/${name}`;

/** `Eve/digits` is the app of that name that is Eve's; without an owner it is looked for where the caller may mean it. */
export function parseAppRef(ref: string): { owner: string | null; name: string } {
  const at = ref.lastIndexOf('/');
  return at === -1 ? { owner: null, name: ref } : { owner: ref.slice(0, at), name: ref.slice(at + 1) };
}

/** In which spaces somebody means an app by its name alone, the first that has it: their own, the lab's, the samples'. */
export const spacesMeantBy = (personId: PersonId | undefined): string[] =>
  [personId, labSpace, sampleSpace].filter((space) => space !== undefined);

export function whoseIs(space: string, personId: PersonId | undefined): AppView['whose'] {
  if (space === labSpace) return 'lab';
  if (space === sampleSpace) return 'sample';
  return space === personId ? 'yours' : 'other';
}
