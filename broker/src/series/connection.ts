import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshdeckError, toFailure, type Failure } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { openDatabase, type SeriesDatabase } from './database.js';
import { openWithoutLog } from './damaged-log.js';
import { needsReopening, seriesProblem } from './problems.js';
import type { RollUpState } from './roll-up-state.js';
import type { Maintenance } from './maintenance.js';
import { makeFolder } from '@meshdeck/shared/runtime';

const tryAgainMs = 10_000;

export interface OpenDatabase {
  database: SeriesDatabase;
  state: RollUpState;
}

/** Keeps the file open, and opens it again when it could not be opened or DuckDB gave it up. */
export interface SeriesConnection {
  open(): Promise<void>;
  /** What is open now; throws the problem that keeps it closed. */
  current(): OpenDatabase;
  /** Runs with what is open; what DuckDB throws becomes a sentence. */
  using<T>(work: (opened: OpenDatabase) => Promise<T>): Promise<T>;
  /** Takes note of a failed write, and opens the file again where DuckDB serves it no more. */
  failed(error: unknown): void;
  succeeded(): void;
  readonly problem: Failure | undefined;
  /** What was set aside to open the file. */
  readonly notices: readonly string[];
  /** True once the file was open: from then on series have their ids and readings can wait in memory. */
  readonly wasOpen: boolean;
  close(): Promise<void>;
}

/** `prepare` runs in one transaction each time the file is opened, `beforeUse` after it and before anything is written. */
export function createSeriesConnection(options: {
  filePath: string;
  memoryLimitMB: number;
  threads: number;
  logger: Logger;
  maintenance: Maintenance;
  prepare: (connection: DuckDBConnection) => Promise<RollUpState>;
  beforeUse: (opened: OpenDatabase) => Promise<void>;
}): SeriesConnection {
  const { filePath, logger } = options;
  let opened: OpenDatabase | undefined;
  let reopening: Promise<void> | undefined;
  let problem: Failure | undefined;
  let wasOpen = false;
  const notices: string[] = [];
  let closed = false;

  function report(error: unknown): void {
    const known = seriesProblem(error, filePath);
    if (problem?.message !== known.message) {
      logger.error(
        { code: known.code, reason: known.message, detail: known.detail },
        'series store degraded',
      );
    }
    problem = toFailure(known);
  }

  function succeeded(): void {
    if (problem !== undefined) logger.info({ filePath }, 'series store works again');
    problem = undefined;
  }

  async function open(): Promise<void> {
    let database: SeriesDatabase | undefined;
    try {
      await makeFolder(path.dirname(filePath));
      database = await openDatabase(options).catch(async (error: unknown) => {
        const aside = await openWithoutLog(filePath, error, () => openDatabase(options));
        notices.push(aside.notice);
        logger.error(
          { filePath, keptIn: aside.keptIn, error: String(error) },
          'damaged log of the series store set aside',
        );
        return aside.database;
      });
      const state = await database.transaction(options.prepare);
      await options.beforeUse({ database, state });
      opened = { database, state };
      wasOpen = true;
      succeeded();
    } catch (error) {
      // What matters is why it did not open, not how closing went.
      await database?.close().catch(() => undefined);
      report(error);
      options.maintenance.later(tryAgainMs, reopen);
    }
  }

  function reopen(): Promise<void> {
    reopening ??= (async () => {
      const broken = opened;
      opened = undefined;
      // It is broken already; closing it only has to let go of the file.
      await broken?.database.close().catch(() => undefined);
      if (!closed) await open();
      reopening = undefined;
    })();
    return reopening;
  }

  function current(): OpenDatabase {
    if (opened !== undefined) return opened;
    if (closed) throw new MeshdeckError('internal', 'The store of readings has stopped.');
    throw new MeshdeckError(
      problem?.code ?? 'internal',
      problem?.message ?? 'The store of readings is not open yet; try again in a moment.',
    );
  }

  return {
    open,
    current,
    async using(work) {
      try {
        return await work(current());
      } catch (error) {
        if (needsReopening(error)) void reopen();
        throw seriesProblem(error, filePath);
      }
    },
    failed(error) {
      report(error);
      if (needsReopening(error)) void reopen();
    },
    succeeded,
    get problem() {
      return problem;
    },
    notices,
    get wasOpen() {
      return wasOpen;
    },
    async close() {
      closed = true;
      await reopening;
      await opened?.database.close();
      opened = undefined;
    },
  };
}
