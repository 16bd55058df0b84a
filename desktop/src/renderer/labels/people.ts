import { type KeyScope, type LockOut, type PersonView, type Role, assertNever } from '@meshdeck/shared';
import type { Status } from './status.js';

export const roleLabels: Record<Role, string> = {
  admin: 'Admin',
  operator: 'Operator',
  user: 'User',
  'machine-owner': 'Machine owner',
};

/** What a role may do, in one line for whoever hands it out. */
export const roleHints: Record<Role, string> = {
  admin: 'Everything: people, settings and the audit too.',
  operator: "Machines, sensors and everybody's jobs.",
  user: 'Jobs and apps of their own; sees machines and sensors.',
  'machine-owner': 'The same, and looks after the machines an admin gave them.',
};

export const scopeHints: Record<KeyScope, string> = {
  read: 'Look at machines, jobs, sensors; download results',
  run: 'Upload tables and apps, start and cancel jobs',
  machines: 'Look after machines',
  sensors: 'Register and change sensors',
  admin: 'People, settings, audit',
};

export function personStatus(person: Pick<PersonView, 'state' | 'via' | 'hasPassword'>): Status {
  switch (person.state) {
    case 'disabled':
      return { tone: 'off', icon: 'ban', label: 'Disabled' };
    case 'active':
      return person.via === 'local' && !person.hasPassword
        ? { tone: 'attention', icon: 'clock', label: 'No password yet' }
        : { tone: 'good', icon: 'check', label: 'Active' };
    default:
      return assertNever(person.state);
  }
}

export const lockOutSubject = ({ email, address }: LockOut): string =>
  email === null
    ? `anybody from ${address ?? 'there'}`
    : address === null
      ? email
      : `${email} from ${address}`;

/** At most two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')][0] ?? '',
  );
  return letters.join('').toUpperCase();
}
