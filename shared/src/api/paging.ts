import * as z from 'zod';

/** No list gives more at once. */
const mostOnPage = 500;

/** What every list takes: spread into its `query`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(mostOnPage).default(mostOnPage),
  cursor: z.string().min(1).max(600).optional().describe('The `nextCursor` of the page before'),
} as const;

/** What every list answers beside its items. Clients take an answer without it for the last page. */
export const nextCursor = z
  .string()
  .nullable()
  .default(null)
  .describe('`cursor` for the next page; null on the last');

/** Every page of a list, one after another: `pages('nodes', api.nodes.list)`. */
export async function pages<Name extends string, Item>(
  name: Name,
  list: (
    page: { cursor?: string },
    options?: undefined,
  ) => Promise<Record<Name, Item[]> & { nextCursor: string | null }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Record<Name, Item[]> & { nextCursor: string | null } = await list(
      cursor === undefined ? {} : { cursor },
    );
    all.push(...page[name]);
    cursor = page.nextCursor;
  }
  return all;
}
