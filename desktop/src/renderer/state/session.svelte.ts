import type { Action, Me, Reach } from '@meshdeck/shared';

/** Who is looking, as the hub says; nothing until it has said so. */
class Session {
  state = $state<'unknown' | 'signed-in' | 'signed-out'>('unknown');
  me = $state.raw<Me | null>(null);

  signedIn(me: Me): void {
    this.me = me;
    this.state = 'signed-in';
  }

  signedOut(): void {
    this.state = 'signed-out';
  }

  /** How far an action of the hub's permission table goes for whoever is looking. */
  reach(action: Action): Reach {
    return this.me?.rights[action] ?? 'none';
  }

  /** Whether to offer it at all; the hub decides in any case. `owner` is whose the thing is. */
  may(action: Action, owner?: string | null): boolean {
    const reach = this.reach(action);
    return reach === 'all' || (reach === 'own' && (owner === undefined || owner === this.me?.id));
  }
}

export const session = new Session();

/** Whoever comes or goes begins with a fresh page: nothing of the one before stays in memory. */
export function startAfresh(path: string): void {
  location.assign(path);
}
