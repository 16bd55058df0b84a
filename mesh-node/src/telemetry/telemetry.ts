import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProtectionLevel } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { AgentConfig } from '../agent-config.js';
import { benchmarkThreads, createBenchmarkRecord, runBenchmark } from '../benchmark/index.js';
import { createCollectMetrics, createCollectors } from '../collectors/index.js';
import type { Outbox } from '../hub/outbox.js';
import { collectInventory, readCpuModel } from '../inventory/index.js';
import type { Attempts } from '../jobs/attempts.js';
import type { DataFolder } from '../storage/data-folder.js';
import { createBenchmarkSchedule } from './benchmark-schedule.js';
import { measureProtection } from '../sandbox/measure-protection.js';
import type { ModelFolders } from '../sandbox/model-cell.js';
import { protectionSigns } from '../sandbox/protection-signs.js';
import { createProtectionWatch } from '../sandbox/protection-watch.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Leftovers } from '../storage/trash.js';
import { createHeartbeat } from './heartbeat.js';
import { createInventoryWatch } from './inventory-watch.js';

/** A probe that takes longer does not keep the machine from its first score. */
const probePatienceMs = 6000;

/** What this machine is and how it does, told to the hub. */
export interface Telemetry {
  /** Connected: says what is known, and begins to collect where nothing is yet. */
  introduce: () => void;
  /** Joined: heartbeats, and the benchmark where there is none. */
  begin: () => void;
  /** Not connected as a joined machine any more. */
  pause: () => void;
  benchmark: () => void;
  refreshInventory: () => void;
  /** How often the hub wants heartbeats on this connection. */
  pace: (heartbeatMs: number) => void;
  jobsChanged: () => void;
  leftoversChanged: () => void;
  stop: () => Promise<void>;
}

export function createTelemetry(options: {
  config: AgentConfig;
  data: DataFolder;
  outbox: Outbox;
  attempts: Attempts;
  sandbox: Sandbox;
  models: ModelFolders;
  leftovers: () => Leftovers | null;
  onProtection?: ((level: ProtectionLevel) => void) | undefined;
  logger: Logger;
}): Telemetry {
  const { data, outbox, attempts, config } = options;
  const logger = options.logger.child({ component: 'telemetry' });
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
    run: (signal) => runBenchmark({ signal, logger, durationMs: config.benchmarkSeconds * 1000 }),
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
  const protection = createProtectionWatch({
    measure: (signal) =>
      measureProtection({
        sandbox: options.sandbox,
        folder: join(data.path, 'sandbox', 'probe'),
        keyFile: data.identityFile,
        models: options.models,
        signal,
        logger,
      }),
    signs: () => protectionSigns(),
    isIdle: () => attempts.busy() === 0,
    onProtection() {
      const measured = protection.current();
      if (measured !== undefined) options.onProtection?.(measured.level);
      void tell();
    },
  });
  let introduced = false;
  let begun = false;

  async function tell(): Promise<void> {
    const known = inventory.current();
    if (known === undefined) return;
    const measured = protection.current();
    const leftovers = options.leftovers();
    await outbox.inventory({
      inventory: {
        ...known,
        ...(measured === undefined ? {} : { protection: measured }),
        ...(leftovers === null ? {} : { leftovers }),
      },
      benchmark: benchmark.current(),
    });
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
      // One after the other: the probe would be counted as load.
      Promise.race([protection.start(), delay(probePatienceMs)])
        .catch((error: unknown) => logger.error({ error }, 'protection not measured'))
        .then(() => benchmark.start())
        .catch((error: unknown) => logger.error({ error }, 'benchmark not started'));
    },
    pause: heartbeat.stop,
    benchmark: benchmark.request,
    refreshInventory: () => void inventory.refresh(),
    pace: heartbeat.pace,
    jobsChanged: benchmark.jobsChanged,
    leftoversChanged: () => void tell(),
    async stop() {
      heartbeat.stop();
      inventory.stop();
      void benchmark.stop();
      await protection.stop();
    },
  };
}
