import { type Action, type Me, type Reach, type Role, actions } from '@meshdeck/shared';
import { session } from '../state/session.svelte.js';

/** Signs somebody in who may do everything, but for what `rights` says otherwise. */
export function signIn({
  role = 'admin',
  rights = {},
}: { role?: Role; rights?: Partial<Record<Action, Reach>> } = {}): Me {
  const all = Object.fromEntries(actions.map((action) => [action, 'all' as Reach]));
  const me: Me = {
    id: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@lab.test',
    role,
    via: 'session',
    source: 'local',
    rights: { ...all, ...rights },
    hasAdmin: true,
    grants: { keys: 0, invitations: 0 },
    stored: { bytes: 0, most: null },
  };
  session.signedIn(me);
  return me;
}
