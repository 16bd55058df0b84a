import type { DuckDBConnection } from '@duckdb/node-api';
import type { Logger } from 'pino';
import { bootNumber, loadClockMemory, saveClockMemory } from './clock-memory.js';
import type { SeriesDatabase } from './database.js';
import { createRetentionClock, type RetentionClock } from './retention-clock.js';
import type { RollUpState } from './roll-up-state.js';

/** The time by which old readings are deleted and roll-ups made: the retention clock, with what it remembers in the file. */
export interface TrustedTime {
  now(): { safeMs: number; isSettled: boolean };
  /** What it remembers of the last run; the first time the file is open. */
  load(connection: DuckDBConnection, state: RollUpState): Promise<void>;
  save(database: SeriesDatabase): Promise<void>;
  notice(): string | null;
}

export function createTrustedTime(options: {
  clock: () => number;
  uptime: () => number;
  logger: Logger;
}): TrustedTime {
  const { clock, uptime, logger } = options;
  let retentionClock: RetentionClock | undefined;
  /** The notice as it was last logged. */
  let told: string | null = null;

  function tell(): void {
    const notice = retentionClock?.notice() ?? null;
    if ((notice === null) !== (told === null)) {
      if (notice === null) logger.info('the clock is believed again');
      else
        logger.warn({ notice, ...retentionClock?.memory }, 'the clock jumped: nothing old is deleted by it');
    }
    told = notice;
  }

  return {
    now: () => retentionClock?.look() ?? { safeMs: clock(), isSettled: true },
    async load(connection, state) {
      retentionClock ??= createRetentionClock({
        ...{ clock, uptime, boot: bootNumber() },
        remembered: await loadClockMemory(connection, state),
      });
    },
    async save(database) {
      tell();
      const { memory } = retentionClock ?? {};
      if (memory !== undefined)
        await database.transaction((connection) => saveClockMemory(connection, memory));
    },
    notice: () => retentionClock?.notice() ?? null,
  };
}
