import type { JobUser } from './job-users.js';

/**
 * Arguments of setpriv(1): becomes the user with no groups but those given, gives up every right for good.
 * @param dropRights where this process has rights to give up: root outside a user namespace
 */
export function setprivArguments(options: {
  user: JobUser | null;
  groups?: readonly number[];
  dropRights: boolean;
}): string[] {
  const { user, groups = [], dropRights } = options;
  const others = groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups'];
  return [
    ...(user === null ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), ...others]),
    ...(dropRights ? ['--inh-caps=-all', '--bounding-set=-all'] : []),
    '--no-new-privs',
  ];
}
