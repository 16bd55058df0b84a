import type { Logger } from 'pino';
import type { AgentConfig } from '../agent-config.js';
import { benchmarkThreads, createBenchmarkRecord, runBenchmark } from '../benchmark/index.js';
import { createCollectMetrics, createCollectors } from '../collectors/index.js';
import type { Outbox } from '../hub/outbox.js';
import { collectInventory, readCpuModel } from '../inventory/index.js';
import type { Attempts } from '../jobs/attempts.js';
import type { DataFolder } from '../storage/data-folder.js';
import { createBenchmarkSchedule } from './benchmark-schedule.js';
import { createHeartbeat } from './heartbeat.js';
import { createInventoryWatch } from './inventory-watch.js';

/** What this machine is and how it does, told to the hub. */
export interface Measuring {
  /** Connected: says what is known, and begins to collect where nothing is yet. */
  introduce: () => void;
  /** Joined: heartbeats, and the benchmark where there is none. */
  begin: () => void;
  /** Not connected as a joined machine any more. */
  pause: () => void;
  benchmark: () => void;
  refreshInventory: () => void;
  jobsChanged: () => void;
  stop: () => void;
}

export function createMeasuring(options: {
  config: AgentConfig;
  data: DataFolder;
  outbox: Outbox;
  attempts: Attempts;
  logger: Logger;
}): Measuring {
  const { data, outbox, attempts, config } = options;
  const logger = options.logger.child({ part: 'measuring' });
  const collectors = createCollectors({ dataDir: data.path, logger });
  const collect = createCollectMetrics({ collectors, logger });
  const heartbeat = createHeartbeat({
    async collect() {
      const metrics = await collect();
      benchmark.sawFreeCpu(metrics.freeCpuPercent);
      return metrics;
    },
    slots: () => ({ slotsBusy: attempts.mostBusy(), slotsTotal: config.slots }),
    send: outbox.metrics,
    logger,
  });
  const inventory = createInventoryWatch({
    collect: () => collectInventory({ logger }),
    onInventory: () => void tell(),
    logger,
  });
  const benchmark = createBenchmarkSchedule({
    run: (signal) => runBenchmark({ signal, logger }),
    record: createBenchmarkRecord({
      file: data.benchmarkFile,
      cpuModel: readCpuModel(),
      cores: benchmarkThreads(),
      logger,
    }),
    isIdle: () => attempts.busy() === 0,
    onBenchmark: () => void tell(),
    logger,
  });
  let introduced = false;
  let begun = false;

  async function tell(): Promise<void> {
    const known = inventory.current();
    if (known !== undefined) await outbox.inventory({ inventory: known, benchmark: benchmark.current() });
  }

  return {
    introduce() {
      if (introduced) void tell();
      else inventory.start();
      introduced = true;
    },
    begin() {
      heartbeat.start();
      if (begun) return;
      begun = true;
      void benchmark.start();
    },
    pause: heartbeat.stop,
    benchmark: benchmark.request,
    refreshInventory: () => void inventory.refresh(),
    jobsChanged: benchmark.jobsChanged,
    stop() {
      heartbeat.stop();
      inventory.stop();
      void benchmark.stop();
    },
  };
}
