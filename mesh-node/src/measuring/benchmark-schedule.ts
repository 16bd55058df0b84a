import type { Benchmark } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { BenchmarkRecord } from '../benchmark/index.js';

/** After a job ends the next may be on its way, and the processor is still warm. */
const quietMs = 2000;
const retryMs = 10 * 60_000;

export interface BenchmarkSchedule {
  /** Loads the last reading; where there is none, measures as soon as the machine is idle. */
  start: () => Promise<void>;
  /** Measure again, as soon as the machine is idle. */
  request: () => void;
  /** A job came or went. One that came stops a measurement at once. */
  jobsChanged: () => void;
  current: () => Benchmark | null;
  stop: () => Promise<void>;
}

/** Decides when to measure: never while a job runs. */
export function createBenchmarkSchedule(options: {
  run: (signal: AbortSignal) => Promise<Benchmark>;
  record: BenchmarkRecord;
  isIdle: () => boolean;
  onBenchmark: () => void;
  logger: Logger;
}): BenchmarkSchedule {
  const { record, logger } = options;
  let benchmark: Benchmark | null = null;
  let wanted = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let control: AbortController | undefined;
  let work: Promise<void> | undefined;

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(attempt, ms);
  }

  function attempt(): void {
    if (!wanted || stopped || work !== undefined || !options.isIdle()) return;
    work = measure().finally(() => (work = undefined));
  }

  async function measure(): Promise<void> {
    control = new AbortController();
    try {
      benchmark = await options.run(control.signal);
      wanted = false;
      options.onBenchmark();
      await record.save(benchmark);
    } catch (error) {
      if (control.signal.aborted) return;
      logger.error({ error }, 'benchmark failed');
      options.onBenchmark();
      later(retryMs);
    }
  }

  return {
    async start() {
      benchmark = await record.load();
      if (benchmark !== null) options.onBenchmark();
      wanted = benchmark === null;
      attempt();
    },
    request() {
      wanted = true;
      attempt();
    },
    jobsChanged() {
      if (!options.isIdle()) control?.abort();
      else if (wanted) later(quietMs);
    },
    current: () => benchmark,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      control?.abort();
      await work;
    },
  };
}
