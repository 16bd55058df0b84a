import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache, Held } from '../cache/cache.js';
import type { Trash } from '../storage/trash.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { RunnerJob } from './runner.js';

/** What an app's packages are installed with. */
export interface Installing {
  cache: Cache;
  sandbox: Sandbox;
  trash: Pick<Trash, 'discard'>;
  /** Whether the owner of this machine lets packages be built from source. */
  sourceBuilds: boolean;
  /** Most that an environment may take of the disk. */
  environmentBytes: number;
}

/** An attempt at the time its environment is made: there is no table yet. */
export type EnvironmentJob = Pick<
  RunnerJob,
  'attemptId' | 'bundleFolder' | 'bundleSha256' | 'entry' | 'signal' | 'onLine' | 'onDropped'
> & {
  /** A folder of the attempt's own, made when first asked for and emptied before its table comes. */
  folder: () => Promise<string>;
  /** Something has to be installed, which takes its time. */
  onInstall: () => void;
};

/** An app's packages, for as long as they are needed. */
export interface Environment extends Held {
  /** What it took to make them, or to find them made. */
  tookMs: number;
}

/**
 * Holds the environment of one bundle, made by the first attempt that needs it. It belongs to that bundle and to what it was
 * made with: another Python, or other settings, make another one. No two bundles share one.
 * @param madeWith what else went into it
 */
export async function holdEnvironment(
  { cache }: Installing,
  job: EnvironmentJob,
  kind: 'venv' | 'modules',
  madeWith: readonly unknown[],
  make: (path: string) => Promise<void>,
): Promise<Environment> {
  const startedMs = performance.now();
  const how = createHash('sha256').update(JSON.stringify(madeWith)).digest('hex').slice(0, 8);
  const key = `${kind}-${job.bundleSha256}-${how}`;
  const held = await cache.hold(
    key,
    (path) => {
      job.onInstall();
      return make(path);
    },
    job.signal,
  );
  return { ...held, tookMs: performance.now() - startedMs };
}

/** The folders an installation has besides its target, all of them gone when it is over. */
export interface Scratch {
  path: string;
  home: string;
  temporary: string;
}

export async function makeScratch(job: EnvironmentJob): Promise<Scratch> {
  const path = join(await job.folder(), 'install');
  const scratch = { path, home: join(path, 'home'), temporary: join(path, 'tmp') };
  for (const folder of [path, scratch.home, scratch.temporary]) await mkdir(folder, { mode: 0o700 });
  return scratch;
}
