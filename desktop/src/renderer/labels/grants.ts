import type { Grants } from '@meshdeck/shared';

const counted = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** `2 API keys and 1 invitation or password link`, for what ends with somebody's access; '' where there is nothing. */
export function grantsLabel({ keys, invitations }: Grants): string {
  return [
    ...counted(keys, 'API key', 'API keys'),
    ...counted(invitations, 'invitation or password link', 'invitations and password links'),
  ].join(' and ');
}
