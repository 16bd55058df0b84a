import { join } from 'node:path';
import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { AgentConfig } from '../agent-config.js';
import { createChecks, type Checks } from '../checks/checks.js';
import { openCache } from '../cache/cache.js';
import { createContent } from '../cache/content.js';
import { createCacheInventory, type CacheInventory } from '../cache/cache-inventory.js';
import type { HubFiles } from '../hub/files.js';
import type { Outbox } from '../hub/outbox.js';
import { findPython, programFinders, rememberProgram } from '../inventory/index.js';
import { createRunners } from '../runners/runners.js';
import { killOrphans } from '../runners/process/process-tree.js';
import type { ModelFolders } from '../sandbox/model-cell.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { DataFolder } from '../storage/data-folder.js';
import { openTrash, type Leftovers } from '../storage/trash.js';
import { openAttemptStore } from './attempt-record.js';
import { createAttempts, type Attempts } from './attempts.js';
import { allFastPaths, makeFolder, readFastPaths } from '@meshdeck/shared/runtime';

const gibibyte = 1024 ** 3;

/** Of one app's packages. */
const mostEnvironmentBytes = 10 * gibibyte;

const pythonPatienceMs = 20_000;

async function cacheLimit(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return Math.min(10 * gibibyte, 0.2 * blocks * bsize);
}

export interface JobRuntime {
  attempts: Attempts;
  checks: Checks;
  cacheInventory: CacheInventory;
  sandbox: Sandbox;
  models: ModelFolders;
  /** What jobs left that cannot be removed yet. */
  leftovers: () => Leftovers | null;
  /** Takes up the attempts of an earlier run of this agent. */
  restore: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Everything that runs jobs, put together. */
export async function createJobRuntime(options: {
  config: AgentConfig;
  data: DataFolder;
  files: HubFiles;
  outbox: Outbox;
  onChange: () => void;
  /** There are more or fewer leftovers. */
  onLeftovers: () => void;
  onnxRunnerPath?: string;
  logger: Logger;
}): Promise<JobRuntime> {
  const { config, data, files, outbox } = options;
  const logger = options.logger.child({ component: 'jobs' });

  const inOurFolder = `MESHDECK_OUTPUT=${data.attempts}`;
  const orphans = killOrphans((environment) => environment.some((entry) => entry.startsWith(inOurFolder)));
  if (orphans > 0) logger.warn({ orphans }, 'processes of an earlier run were ended');

  const trash = await openTrash({ folder: data.trash, onChange: options.onLeftovers, logger });
  const limit = config.cacheBytes ?? (await cacheLimit(data.cache));
  const cache = await openCache({
    folder: data.cache,
    limitBytes: () => limit,
    onChange: () => cacheInventory.changed(),
    trash,
    logger,
  });
  // Environments of earlier versions belong to one bundle as well, but were made with tables in reach.
  for (const key of cache.keys()) if (/^(venv|modules)-[0-9a-f]{64}$/.test(key)) await cache.discard(key);
  const content = await createContent({
    cache,
    partsFolder: join(data.cache, 'parts'),
    download: files.download,
    downloadTail: files.downloadTail,
  });
  const finders = programFinders();
  // With patience: a job that comes while the machine is busy must not hear that there is none.
  const python = rememberProgram(() => findPython({ timeoutMs: pythonPatienceMs, logger }));
  const sandbox = await openSandbox({
    data,
    slots: config.slots,
    programs: async () => [process.execPath, ...[(await python())?.path ?? []].flat()],
    logger,
  });
  const models = { cache: data.cache, attempts: data.attempts, runner: join(data.path, 'sandbox', 'onnx') };
  await makeFolder(models.runner);
  const runners = createRunners({
    installing: {
      cache,
      sandbox,
      trash,
      sourceBuilds: config.sourceBuilds,
      environmentBytes: Math.min(limit, mostEnvironmentBytes),
    },
    findPython: python,
    findPrograms: {
      shell: rememberProgram(finders.shell),
      r: rememberProgram(finders.r),
      julia: rememberProgram(finders.julia),
    },
    folders: models,
    slots: config.slots,
    fastPaths: readFastPaths(config.fastPaths) ?? allFastPaths,
    onnxRunnerPath: options.onnxRunnerPath,
    onLoaded: () => cacheInventory.changed(),
    logger,
  });
  const cacheInventory = createCacheInventory({
    cacheKeys: cache.keys,
    loadedModels: runners.loadedModels,
    send: outbox.cacheInventory,
  });
  const store = await openAttemptStore({
    folder: data.attempts,
    logFile: data.attemptLogFile,
    trash,
    logger,
  });
  const attempts = createAttempts({
    store,
    content,
    runners: runners.byRuntime,
    slots: config.slots,
    upload: files.upload,
    secrets: files.secrets,
    aheadOf: (attemptId) => ({
      send: (body, signal) => files.uploadAhead(attemptId, body, signal),
      name: (sha256, signal) => files.nameAhead(attemptId, sha256, signal),
    }),
    report: outbox.report,
    sendLogs: outbox.logs,
    onChange: options.onChange,
    logger,
  });
  const checks = createChecks({
    content,
    runners: runners.byRuntime,
    report: outbox.report,
    logger,
  });
  return {
    attempts,
    checks,
    cacheInventory,
    sandbox,
    models,
    leftovers: trash.leftovers,
    restore: attempts.restore,
    async stop() {
      cacheInventory.stop();
      await checks.stop();
      trash.stop();
      await attempts.stop();
      await runners.stop();
      await store.close();
    },
  };
}
