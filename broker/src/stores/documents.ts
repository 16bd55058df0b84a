import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import Datastore from 'nedb-promises';
import type { Logger } from 'pino';
import type * as z from 'zod';

/** What a stored document always has. */
export interface Identified {
  id: string;
}

type IndexValue = string | number | boolean | null;

/** What is asked of indexed fields; all of it must hold. */
export interface Match {
  [field: string]: IndexValue | { $in: IndexValue[] } | { $lt: number } | { $regex: RegExp } | Match[];
}

/** Documents of one kind, on disk as an append-only file. Every write has reached the file when its promise resolves. */
export interface Collection<T extends Identified> {
  all(): Promise<T[]>;
  get(id: string): Promise<T | null>;
  /** By indexed fields; `descendingBy` sorts by one of them. */
  find(match: Match, options?: { descendingBy?: string; limit?: number }): Promise<T[]>;
  count(match: Match): Promise<number>;
  put(document: T): Promise<void>;
  remove(id: string): Promise<boolean>;
}

interface Row {
  _id: string;
  body: string;
}

/**
 * Opens (or makes) `dir/name.db`. The document travels as JSON beside the fields that `index` names, since the
 * engine refuses keys with dots, which labels and measurements have. A row that no longer fits the schema is left
 * out and logged, so that one bad line never keeps the hub from starting.
 *
 * @throws MeshdeckError `internal` when the file cannot be read at all
 */
export async function openCollection<T extends Identified>(options: {
  dir: string;
  name: string;
  schema: z.ZodType<T>;
  logger: Logger;
  index?: (document: T) => Record<string, IndexValue>;
}): Promise<Collection<T>> {
  const { dir, name, schema, logger } = options;
  const filename = join(dir, `${name}.db`);
  const store = Datastore.create({ filename, corruptAlertThreshold: 0.5 });
  try {
    await store.load();
  } catch (error) {
    throw new MeshdeckError(
      'internal',
      `The file ${filename} cannot be read. Restore it from a backup, or move it away to start without it.`,
      { cause: error },
    );
  }

  function read(row: Row): T[] {
    try {
      return [schema.parse(JSON.parse(row.body))];
    } catch (error) {
      logger.error({ collection: name, id: row._id, error: String(error) }, 'stored document left out');
      return [];
    }
  }

  return {
    async all() {
      return (await store.find<Row>({})).flatMap(read);
    },
    async get(id) {
      const row = await store.findOne<Row>({ _id: id });
      return row === null ? null : (read(row)[0] ?? null);
    },
    async find(match, { descendingBy, limit } = {}) {
      let cursor = store.find<Row>(match);
      if (descendingBy !== undefined) cursor = cursor.sort({ [descendingBy]: -1 });
      if (limit !== undefined) cursor = cursor.limit(limit);
      return (await cursor).flatMap(read);
    },
    count: (match) => store.count(match).then(Number),
    async put(document) {
      const row = { ...options.index?.(document), body: JSON.stringify(document) };
      await store.update({ _id: document.id }, { _id: document.id, ...row }, { upsert: true });
    },
    async remove(id) {
      return (await store.remove({ _id: id }, {})) > 0;
    },
  };
}
