import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import Datastore from 'nedb-promises';
import type { Logger } from 'pino';
import type * as z from 'zod';
import { createStoreHealth, type StoreHealth } from './store-health.js';
import { cutTruncatedLine } from './truncated-line.js';
import { createDamagedLines } from './damaged-lines.js';
import { sealLine, unsealLine } from './line-checksum.js';
import { loadProblem } from './load-problem.js';

/** What a stored document always has. */
export interface Identified {
  id: string;
}

type IndexValue = string | number | boolean | null;

/** Documents of one kind, on disk as an append-only file. Every write has reached the file when its promise resolves. */
export interface Collection<T extends Identified> {
  all(): Promise<T[]>;
  get(id: string): Promise<T | null>;
  /** By indexed fields; `descendingBy` sorts by one of them. */
  find(
    match: Record<string, IndexValue | { $in: IndexValue[] } | { $lt: number }>,
    options?: { descendingBy?: string; limit?: number },
  ): Promise<T[]>;
  count(match: Record<string, IndexValue>): Promise<number>;
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
 * out and logged, so that one bad line never keeps the hub from starting; a last line cut off in mid-write is taken
 * off, and `health` told. Every line carries a checksum, so that a byte the disk changed is seen; files of earlier versions
 * have none until they are written anew, at their first opening. A write that fails leaves memory as the disk has it.
 *
 * @throws MeshdeckError `internal` when the file cannot be read at all, `disk-full`, `data-dir-unwritable`
 */
export async function openCollection<T extends Identified>(options: {
  dir: string;
  name: string;
  schema: z.ZodType<T>;
  logger: Logger;
  index?: (document: T) => Record<string, IndexValue>;
  health?: StoreHealth;
}): Promise<Collection<T>> {
  const { dir, name, schema, logger, health = createStoreHealth(dir) } = options;
  const filename = join(dir, `${name}.db`);
  let damage = createDamagedLines();
  const store = Datastore.create({
    filename,
    corruptAlertThreshold: 0.5,
    // A line that follows one the disk had no room for begins on a line of its own.
    afterSerialization: (line) => `\n${sealLine(line)}`,
    beforeDeserialization(line) {
      const text = line.replace(/^\n/, '');
      const whole = unsealLine(text);
      if (whole === null) damage.damaged(text);
      else damage.saw(whole);
      // The engine leaves out what is no JSON.
      return whole ?? text.replace(/^\{/, '');
    },
  });
  try {
    const truncated = await cutTruncatedLine(filename);
    if (truncated !== null) {
      health.cut(filename, truncated);
      logger.warn({ file: filename, ...truncated }, 'a last line cut off in mid-write was dropped');
    }
    damage = createDamagedLines();
    await store.load();
    if (damage.count > 0) await tellDamage();
  } catch (error) {
    throw loadProblem(error, filename, dir);
  }

  /** What lines that could not be read mean for the documents they told of. */
  async function tellDamage(): Promise<void> {
    const { ids, unknown } = damage.lost();
    const keptIn = `${filename}.damaged`;
    await damage.keepIn(keptIn);
    const older = new Set((await store.find<Row>({ _id: { $in: ids } })).map(({ _id }) => _id));
    const [stale, gone] = [ids.filter((id) => older.has(id)), ids.filter((id) => !older.has(id))];
    health.damaged(filename, { lines: damage.count, keptIn, stale, gone, unknown });
    logger.error(
      {
        file: filename,
        lines: damage.count,
        keptIn,
        stale: stale.slice(0, 50),
        gone: gone.slice(0, 50),
        unknown,
      },
      'damaged lines were dropped',
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

  /** After a write that failed the engine's memory is ahead of the disk: it is read anew. */
  async function write<R>(change: () => Promise<R>): Promise<R> {
    try {
      const result = await change();
      health.wrote();
      return result;
    } catch (error) {
      await store.load().catch(() => undefined);
      // What a rewrite without room leaves half done takes room itself.
      await rm(`${filename}~`, { force: true }).catch(() => undefined);
      throw health.refused(error);
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
      await write(() =>
        store
          .update({ _id: document.id }, { _id: document.id, ...row }, { upsert: true })
          .then(() => undefined),
      );
    },
    async remove(id) {
      return (await write(() => store.remove({ _id: id }, {}))) > 0;
    },
  };
}
