import type { AppView } from '@meshdeck/shared';

/** Whose an app is, as its reader says it. */
export function ownershipLabel({ whose, owner }: Pick<AppView, 'whose' | 'owner'>): string {
  switch (whose) {
    case 'yours':
      return 'yours';
    case 'lab':
      return 'the lab’s';
    case 'sample':
      return 'a sample that came with Meshdeck';
    case 'other':
      return `${owner?.name ?? 'somebody'}’s`;
  }
}

type Choice = Pick<AppView, 'ref' | 'title' | 'whose' | 'owner'>;

/** An app among others: it says whose it is where that is somebody else, or another one has its title. */
export function appOptionLabel(app: Choice, others: readonly Choice[]): string {
  const isAlone = others.every(({ ref, title }) => title !== app.title || ref === app.ref);
  return isAlone && app.whose !== 'other' ? app.title : `${app.title} (${ownershipLabel(app)})`;
}
