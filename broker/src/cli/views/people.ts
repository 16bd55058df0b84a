import {
  formatAge,
  formatDuration,
  type InvitationView,
  type KeyView,
  type LockOut,
  type PersonView,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

const ago = (at: number | null, now: number): string => (at === null ? 'never' : formatAge(at, now));
const until = (at: number, now: number): string => (at <= now ? 'over' : `in ${formatDuration(at - now)}`);

export function peopleTable(people: readonly PersonView[], { paint, width }: Terminal, now: number): string {
  if (people.length === 0)
    return 'Nobody has an account. Make the first: "meshdeck users create --admin EMAIL".';
  return formatTable({
    paint,
    width,
    rows: people,
    columns: [
      { title: 'E-MAIL', cell: ({ email }) => email },
      { title: 'NAME', cell: ({ name }) => name, wraps: true },
      { title: 'ROLE', cell: ({ role }) => role },
      {
        title: 'STATE',
        cell: ({ state, hasPassword, via }) =>
          state === 'active' && via === 'local' && !hasPassword ? 'no password yet' : state,
      },
      { title: 'BY', cell: ({ via }) => via },
      { title: 'SIGNED IN', cell: ({ lastSignInAt }) => ago(lastSignInAt, now) },
      { title: 'KEYS', align: 'right', cell: ({ keys }) => String(keys) },
      { title: 'ID', cell: ({ id }) => id },
    ],
  });
}

export function invitationsTable(
  invitations: readonly InvitationView[],
  { paint, width }: Terminal,
  now: number,
): string {
  if (invitations.length === 0) return 'No open invitations. Make one with "meshdeck users invite".';
  return formatTable({
    paint,
    width,
    rows: invitations,
    columns: [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'FOR', cell: ({ email }) => email ?? 'whoever has the link' },
      { title: 'ROLE', cell: ({ role }) => role },
      { title: 'BY', cell: ({ invitedBy }) => invitedBy },
      { title: 'EXPIRES', cell: ({ expiresAt }) => until(expiresAt, now) },
    ],
  });
}

export function lockOutsTable(lockOuts: readonly LockOut[], { paint, width }: Terminal, now: number): string {
  if (lockOuts.length === 0) return 'Nobody is locked out.';
  return formatTable({
    paint,
    width,
    rows: lockOuts,
    columns: [
      { title: 'E-MAIL', cell: ({ email }) => email ?? 'any' },
      { title: 'FROM', cell: ({ address }) => address ?? 'anywhere' },
      { title: 'WRONG', align: 'right', cell: ({ failures }) => String(failures) },
      { title: 'MAY TRY', cell: ({ until: end }) => until(end, now) },
    ],
  });
}

export function keysTable(keys: readonly KeyView[], { paint, width }: Terminal, now: number): string {
  if (keys.length === 0) return 'No API keys. Make one with "meshdeck keys create NAME".';
  return formatTable({
    paint,
    width,
    rows: keys,
    columns: [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name, wraps: true },
      { title: 'OF', cell: ({ owner }) => owner.name },
      { title: 'FOR', cell: ({ scopes }) => scopes.join(',') },
      { title: 'USED', cell: ({ lastUsedAt }) => ago(lastUsedAt, now) },
      { title: 'EXPIRES', cell: ({ expiresAt }) => until(expiresAt, now) },
    ],
  });
}
