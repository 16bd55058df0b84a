import type { Action, AppView } from '@meshdeck/shared';
import { session } from './session.svelte.js';

/**
 * Whether to offer it for this app: one's own, and whoever reaches everybody's any. Who pushed an app of the lab first
 * has no say in it by that. Null: it is there no more.
 */
export function mayChange(
  action: Extract<Action, 'apps.configure' | 'apps.remove'>,
  whose: AppView['whose'] | null,
): boolean {
  return whose !== null && session.may(action, whose === 'yours' ? session.me?.id : null);
}
