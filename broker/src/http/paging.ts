import { MeshdeckError } from '@meshdeck/shared';

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

function placeOf(cursor: string): { index: number; key: string } {
  const [, index = '', key = ''] =
    /^(\d{1,9}) (.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (index !== '') return { index: Number(index), key };
  throw new MeshdeckError(
    'invalid-request',
    'This cursor is not valid. Use the nextCursor of the page before, unchanged.',
  );
}

/** Parts of items on one page: some have thousands, such as files of an app or measurements of a sensor. */
const mostParts = 5000;

/**
 * One page of a list. The next one begins behind the last item of this one, by its key; where that is gone meanwhile,
 * where it was. A page of items that have many parts (`partsOf`) is shorter, and has one at least.
 */
export function pageOf<T>(
  items: readonly T[],
  { limit, cursor }: PageQuery,
  keyOf: (item: T) => string,
  partsOf: (item: T) => number = () => 1,
): { page: T[]; nextCursor: string | null } {
  let from = 0;
  if (cursor !== undefined) {
    const place = placeOf(cursor);
    const at = items.findIndex((item) => keyOf(item) === place.key);
    from = at === -1 ? place.index : at + 1;
  }
  const page: T[] = [];
  for (let parts = 0; page.length < limit && from + page.length < items.length;) {
    const item = items[from + page.length];
    if (item === undefined) break;
    parts += partsOf(item);
    if (page.length > 0 && parts > mostParts) break;
    page.push(item);
  }
  const last = page.at(-1);
  const hasMore = last !== undefined && from + page.length < items.length;
  const next = `${from + page.length - 1} ${last === undefined ? '' : keyOf(last)}`;
  return { page, nextCursor: hasMore ? Buffer.from(next).toString('base64url') : null };
}
