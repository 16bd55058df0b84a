import type { SeriesUsage } from '@meshdeck/shared';
import { createMutex } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { keepBudget, loadBudgetFloors, type BudgetFloors } from './budget.js';
import type { OpenDatabase, SeriesConnection } from './connection.js';
import type { Keeping } from './keeping.js';
import { lowerFloors } from './lower-floors.js';
import type { Maintenance } from './maintenance.js';
import { createPacker } from './packing.js';
import { createRateMeter } from './rates.js';
import { forgetOld, type OwnDays } from './retention.js';
import { rollUp } from './roll-up.js';
import { hourMs, minuteMs } from './schema.js';
import type { SeriesIndex } from './series-index.js';
import { minutesPair, readingsPair } from './table-pairs.js';
import { mergeTotals } from './totals.js';
import type { TrustedTime } from './trusted-time.js';
import { usageView } from './usage-view.js';
import { measureStore } from './usage.js';

/** What goes on by itself: roll-ups every minute, packing once a day is over, forgetting every hour, keeping to the budget. */
export interface Upkeep {
  start(): void;
  /** Everything once, now. */
  runAll(): Promise<void>;
  /** Runs while no step of the upkeep does: for what changes tables besides appending. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  load(connection: Parameters<typeof loadBudgetFloors>[0]): Promise<void>;
  readonly usage: SeriesUsage | null;
  readonly budget: { floors: BudgetFloors; overBytes: number };
  /** Up to when roll-ups are made, where they are far behind; else null. */
  readonly behindSince: number | null;
}

const slice = { readings: 250_000, minutes: 60_000 };
/** Measuring the store takes at most one hundredth of the time. */
const measuringRest = 100;
/** Roll-ups further behind are told. */
const farBehindMs = 10 * minuteMs;

export function createUpkeep(options: {
  connection: SeriesConnection;
  maintenance: Maintenance;
  index: SeriesIndex;
  keeping: Keeping;
  own: () => OwnDays;
  time: TrustedTime;
  clock: () => number;
  isStopping: () => boolean;
  tellRefusals: () => void;
  logger: Logger;
}): Upkeep {
  const { connection, maintenance, index, keeping, time, clock, isStopping, logger } = options;
  const inTurn = createMutex();
  const budgetInTurn = createMutex();
  const packers = [
    createPacker(readingsPair, { rowsPerSlice: slice.readings }),
    createPacker(minutesPair, { rowsPerSlice: slice.minutes }),
  ];
  const meter = createRateMeter();
  const budget: Upkeep['budget'] = { floors: { readings: 0, minutes: 0 }, overBytes: 0 };
  let usage: SeriesUsage | null = null;
  let behindSince: number | null = null;
  let measureAgainAt = -Infinity;

  async function rollUpTo({ database, state }: OpenDatabase) {
    const now = time.now();
    options.tellRefusals();
    await time.save(database);
    await rollUp(database, state, {
      ...{ nowMs: now.safeMs, seriesCount: index.all().length },
      inTurn(step) {
        behindSince = now.safeMs - state.minutesTo > farBehindMs ? state.minutesTo : null;
        return inTurn(step);
      },
      goOn: () => !isStopping(),
    });
    behindSince = null;
    meter.sample(index.all(), clock());
    return now;
  }

  /** Gives others as much time as each step took, so that a month of an earlier version's readings is packed unnoticed. */
  async function pack({ database, state }: OpenDatabase, { gently }: { gently: boolean }): Promise<void> {
    for (const packer of packers) {
      for (;;) {
        if (isStopping()) return;
        const startedAt = performance.now();
        const goesOn = await inTurn(() => packer.step(database, state));
        if (!goesOn) break;
        if (gently) await maintenance.pause(performance.now() - startedAt);
      }
    }
  }

  async function keepWithin({ database, state }: OpenDatabase, nowMs: number): Promise<void> {
    const { budgetBytes } = keeping;
    if (budgetBytes === null) {
      budget.overBytes = 0;
      return;
    }
    const before = { ...budget.floors };
    const { floors } = budget;
    budget.overBytes = await keepBudget(database, { index, state, budgetBytes, nowMs, floors, inTurn });
    if (floors.readings === before.readings && floors.minutes === before.minutes) return;
    logger.warn({ budgetBytes, ...floors }, 'readings deleted to keep the budget');
  }

  /** Seldom on a large store, which takes long to be measured. */
  async function measure({ database }: OpenDatabase, { isAsked = false } = {}): Promise<void> {
    const startedAt = performance.now();
    if (!isAsked && startedAt < measureAgainAt) return;
    const size = await database.read(measureStore);
    const tiers = { machines: keeping.of('node:'), sensors: keeping.of('sensor:') };
    const { budgetBytes } = keeping;
    const { floors } = budget;
    usage = usageView({ size, rates: meter.rates(), tiers, budgetBytes, floors, nowMs: clock() });
    const endedAt = performance.now();
    measureAgainAt = endedAt + measuringRest * (endedAt - startedAt);
  }

  const everyMinute = (): Promise<void> =>
    connection.using(async (opened) => {
      const { safeMs } = await rollUpTo(opened);
      await budgetInTurn(() => keepWithin(opened, safeMs));
      await measure(opened);
      await opened.database.releaseMemory();
    });

  async function forget(opened: OpenDatabase): Promise<void> {
    const { database, state } = opened;
    const { safeMs, isSettled } = await rollUpTo(opened);
    const series = isSettled ? await inTurn(() => lowerFloors(database, { index, state, nowMs: safeMs })) : 0;
    if (series > 0) logger.warn({ series }, 'readings are taken again that a clock far ahead had made old');
    const own = options.own();
    const deletedRows = await inTurn(() =>
      forgetOld(database, { index, state, keeping, own, nowMs: safeMs }),
    );
    if (deletedRows > 0) logger.info({ deletedRows }, 'old readings deleted');
    await inTurn(() => database.transaction(mergeTotals));
    await budgetInTurn(() => keepWithin(opened, safeMs));
  }

  return {
    inTurn,
    start() {
      maintenance.every({ firstMs: minuteMs, waitMs: minuteMs }, everyMinute);
      maintenance.every({ firstMs: 1000, waitMs: hourMs }, () => connection.using(forget));
      maintenance.every({ firstMs: 2000, waitMs: minuteMs }, () =>
        connection.using((opened) => pack(opened, { gently: true })),
      );
    },
    runAll: () =>
      connection.using(async (opened) => {
        await forget(opened);
        await pack(opened, { gently: false });
        await measure(opened, { isAsked: true });
      }),
    async load(reader) {
      budget.floors = await loadBudgetFloors(reader);
    },
    get usage() {
      return usage;
    },
    get budget() {
      return budget;
    },
    get behindSince() {
      return behindSince;
    },
  };
}
