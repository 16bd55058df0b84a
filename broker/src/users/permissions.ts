import type { Action, KeyScope, Reach, Role } from '@meshdeck/shared';

interface Permission extends Readonly<Record<Role, Reach>> {
  /** The API keys that may do it, where their person may; null: no key at all. */
  scope: KeyScope | null;
  /** Whether the audit says so when it was done. What was refused is always said. */
  isRecorded: boolean;
}

const [all, own, none] = ['all', 'own', 'none'] as const;
type Row = readonly [
  scope: KeyScope | null,
  noted: 'noted' | 'quiet',
  admin: Reach,
  operator: Reach,
  user: Reach,
  machineOwner: Reach,
];

function row([scope, noted, admin, operator, user, machineOwner]: Row): Permission {
  return { scope, isRecorded: noted === 'noted', admin, operator, user, 'machine-owner': machineOwner };
}

/**
 * Who may do what. `own` reaches what belongs to the person: a job they submitted, an app they pushed among their own, a machine
 * an admin gave to them, their own account. Every call of the API names one of these actions (`shared/src/models/action.ts`); what is not here cannot be done.
 */
// prettier-ignore
export const permissions = {
  //                        key scope   audit    admin operator user  machine-owner
  'hub.read':          row(['read',     'quiet', all,  all,     all,  all]),
  'hub.watch':         row(['read',     'quiet', all,  all,     none, none]),
  'live.connect':      row(['read',     'quiet', all,  all,     all,  all]),
  'settings.read':     row(['admin',    'quiet', all,  none,    none, none]),
  'settings.change':   row(['admin',    'noted', all,  none,    none, none]),

  'machines.read':     row(['read',     'quiet', all,  all,     all,  all]),
  'machines.manage':   row(['machines', 'noted', all,  all,     none, own]),
  'machines.admit':    row(['machines', 'noted', all,  all,     none, none]),
  'machines.remove':   row(['machines', 'noted', all,  all,     none, own]),
  'machines.give':     row(['admin',    'noted', all,  none,    none, none]),
  'join-tokens.read':  row(['machines', 'quiet', all,  all,     none, none]),
  'join-tokens.manage': row(['machines', 'noted', all, all,     none, none]),

  'files.upload':      row(['run',      'noted', all,  all,     own,  own]),
  'apps.read':         row(['read',     'quiet', all,  all,     all,  all]),
  'apps.push':         row(['run',      'noted', all,  all,     own,  own]),
  'apps.remove':       row(['run',      'noted', all,  all,     own,  own]),
  'apps.configure':    row(['run',      'noted', all,  all,     own,  own]),
  'samples.prepare':   row(['run',      'noted', all,  all,     all,  all]),

  'jobs.read':         row(['read',     'quiet', all,  all,     own,  own]),
  'jobs.download':     row(['read',     'noted', all,  all,     own,  own]),
  'jobs.create':       row(['run',      'noted', all,  all,     own,  own]),
  'jobs.check':        row(['run',      'quiet', all,  all,     own,  own]),
  'jobs.rerun':        row(['run',      'noted', all,  all,     own,  own]),
  'jobs.cancel':       row(['run',      'noted', all,  all,     own,  own]),
  'jobs.remove':       row(['run',      'noted', all,  all,     own,  own]),

  'secrets.read':      row(['run',      'quiet', all,  all,     own,  own]),
  'secrets.change':    row(['admin',    'noted', all,  own,     own,  own]),

  'sensors.read':      row(['read',     'quiet', all,  all,     all,  all]),
  'sensors.manage':    row(['sensors',  'noted', all,  all,     none, none]),
  'series.read':       row(['read',     'quiet', all,  all,     all,  all]),
  'series.export':     row(['read',     'noted', all,  all,     all,  all]),

  'account.read':      row(['read',     'quiet', own,  own,     own,  own]),
  'account.change':    row([null,       'noted', own,  own,     own,  own]),
  'sessions.read':     row([null,       'quiet', own,  own,     own,  own]),
  'sessions.end':      row([null,       'noted', own,  own,     own,  own]),
  'links.create':      row([null,       'noted', own,  own,     own,  own]),
  'keys.create':       row([null,       'noted', own,  own,     own,  own]),
  'keys.read':         row(['admin',    'quiet', all,  own,     own,  own]),
  'keys.revoke':       row(['admin',    'noted', all,  own,     own,  own]),

  'people.read':       row(['admin',    'quiet', all,  none,    none, none]),
  'people.manage':     row(['admin',    'noted', all,  none,    none, none]),
  'audit.read':        row(['admin',    'quiet', all,  none,    none, none]),
  'audit.export':      row(['admin',    'noted', all,  none,    none, none]),
} satisfies Record<Action, Permission>;

/** How far this goes for somebody of that role, by a key with those scopes (null: by no key). */
export function reachOf(who: { role: Role; scopes: readonly KeyScope[] | null }, action: Action): Reach {
  const permission: Permission = permissions[action];
  if (who.scopes !== null && (permission.scope === null || !who.scopes.includes(permission.scope)))
    return none;
  return permission[who.role];
}
