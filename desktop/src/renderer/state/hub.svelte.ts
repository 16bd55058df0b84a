import type { HubView } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { clock } from './clock.svelte.js';
import { session } from './session.svelte.js';

/** The hub's own facts: fetched at start and after each reconnection. */
class HubFacts {
  view = $state.raw<HubView | null>(null);
  error = $state.raw<unknown>(null);

  async load(): Promise<void> {
    try {
      const [view, me] = await Promise.all([api.hub.view(), session.me ?? api.account.me()]);
      clock.setHubTime(view.now);
      this.view = view;
      this.error = null;
      session.signedIn(me);
    } catch (error) {
      this.error = error;
    }
  }
}

export const hub = new HubFacts();
