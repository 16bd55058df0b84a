import type { Benchmark } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { keepHigher, type BenchmarkRecord, type KeptBenchmark } from '../benchmark/index.js';
import { idleCpuPercent, createIdleDetector } from './idle-detector.js';

/** After a job ends the next may be on its way, and the processor is still warm. */
const quietMs = 2000;
const retryMs = 10 * 60_000;
/** A machine this long undisturbed stays so for the few seconds of a measurement. */
const idleMs = 60_000;
const dayMs = 24 * 3_600_000;

export interface BenchmarkSchedule {
  /** Loads the last reading; where there is none, measures as soon as the machine is idle. */
  start: () => Promise<void>;
  /** Measure again, as soon as the machine is idle. */
  request: () => void;
  /** A job came or went. One that came stops a measurement at once. */
  jobsChanged: () => void;
  /** A heartbeat read this much free processor. */
  sawFreeCpu: (freeCpuPercent: number) => void;
  current: () => Benchmark | null;
  stop: () => Promise<void>;
}

/**
 * Why a measurement is due. `check`: the reading is old, or was taken while something else ran; then the higher of both is
 * kept. What a person asks for replaces the reading.
 */
type Reason = 'none-yet' | 'asked' | 'check';

/** Decides when to measure: never while a job runs. */
export function createBenchmarkSchedule(options: {
  run: (signal: AbortSignal) => Promise<Benchmark>;
  record: BenchmarkRecord;
  isIdle: () => boolean;
  onBenchmark: () => void;
  now?: () => number;
  logger: Logger;
}): BenchmarkSchedule {
  const { record, logger, now = Date.now } = options;
  const idleDetector = createIdleDetector({ now });
  let kept: KeptBenchmark | null = null;
  let wanted: Reason | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let control: AbortController | undefined;
  let work: Promise<void> | undefined;

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(attempt, ms);
  }

  function attempt(): void {
    if (wanted === undefined || stopped || work !== undefined || !options.isIdle()) return;
    const reason = wanted;
    work = measure(reason).finally(() => {
      work = undefined;
      // Somebody asked meanwhile.
      if (wanted !== undefined && wanted !== reason) later(quietMs);
    });
  }

  async function measure(reason: Reason): Promise<void> {
    control = new AbortController();
    // A check waits for the next calm minute; the others are tried again soon.
    if (reason === 'check') wanted = undefined;
    const freeCpuPercentBefore = idleDetector.freeCpuPercent();
    try {
      const benchmark = await options.run(control.signal);
      const next = { benchmark, freeCpuPercentBefore, checkedTs: now() };
      kept = reason === 'check' && kept !== null ? keepHigher(kept, next) : next;
      if (wanted === reason) wanted = undefined;
      options.onBenchmark();
      await record.save(kept);
    } catch (error) {
      if (control.signal.aborted) return;
      logger.error({ error }, 'benchmark failed');
      if (reason === 'check' && kept !== null) {
        kept = { ...kept, freeCpuPercentBefore, checkedTs: now() };
        return;
      }
      options.onBenchmark();
      later(retryMs);
    }
  }

  const isDoubtful = ({ freeCpuPercentBefore, checkedTs }: KeptBenchmark) =>
    now() - checkedTs > dayMs || freeCpuPercentBefore === null || freeCpuPercentBefore < idleCpuPercent;

  return {
    async start() {
      kept = await record.load();
      if (kept !== null) options.onBenchmark();
      else wanted = 'none-yet';
      attempt();
    },
    request() {
      wanted = 'asked';
      attempt();
    },
    jobsChanged() {
      if (!options.isIdle()) {
        // An abort is dear, and small jobs come by the hundred.
        if (work !== undefined) control?.abort();
      } else if (wanted !== undefined) later(quietMs);
    },
    sawFreeCpu(freeCpuPercent) {
      idleDetector.saw({ freeCpuPercent, idle: options.isIdle() && work === undefined });
      if (wanted !== undefined || kept === null || idleDetector.forMs() < idleMs || !isDoubtful(kept)) return;
      wanted = 'check';
      attempt();
    },
    current: () => kept?.benchmark ?? null,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      control?.abort();
      await work;
    },
  };
}
