import type { AppView } from '@meshdeck/shared';

/** Whose an app is, as its reader says it. */
export function whoseWords({ whose, owner }: Pick<AppView, 'whose' | 'owner'>): string {
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

/** An app among others, some of which may have its title: somebody else's says whose it is. */
export const appChoice = (app: Pick<AppView, 'title' | 'whose' | 'owner'>): string =>
  app.whose === 'other' ? `${app.title} (${whoseWords(app)})` : app.title;
