import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { folderInUse } from './folder-in-use.js';

/** How a hub on another computer, that shares the folder by the network, is seen to live: its record there changes. */
export interface BeatTimes {
  everyMs: number;
  /** A record that does not change for so long is nobody's. */
  watchMs: number;
  /** One that is so old by the folder's own clock needs no watching. */
  oldMs: number;
}

const usualTimes: BeatTimes = { everyMs: 5_000, watchMs: 13_000, oldMs: 30_000 };
const name = 'hub.running';
/** Written over itself in place: of one length always. */
const recordBytes = 512;

const recordSchema = z.object({
  /** Of the system, from one start to the next: in one system the lock itself tells. */
  boot: z.string(),
  host: z.string(),
  nonce: z.string(),
  beat: z.number(),
});
type BeatRecord = z.infer<typeof recordSchema>;

export interface Beat {
  start(): Promise<void>;
  stop(): Promise<void>;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Null where there is none; `torn` while it is being written, or what a kill has left. */
async function read(path: string): Promise<BeatRecord | 'torn' | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'torn';
  }
}

/** How old the record is by the clock of whoever keeps the files, which may be another computer. */
async function ageOf(path: string, folder: string): Promise<number> {
  const fresh = join(folder, `.hub-clock-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(fresh, '');
    return (await stat(fresh)).mtimeMs - (await stat(path)).mtimeMs;
  } finally {
    await rm(fresh, { force: true });
  }
}

/**
 * Looks whether a hub of another system has the folder. `start` then shows that this one has it.
 * @throws MeshdeckError `data-dir-in-use`
 */
export async function takeBeat(folder: string, change: Partial<BeatTimes> = {}): Promise<Beat> {
  const times = { ...usualTimes, ...change };
  const path = join(folder, name);
  const own = { boot: bootId(), host: hostname(), nonce: randomBytes(12).toString('hex') };
  const before = await read(path);
  const isForeign =
    before !== null && before !== 'torn' && (before.boot !== own.boot || own.boot === 'unknown');
  if (isForeign) {
    const age = await ageOf(path, folder);
    // A clock that was set back makes it younger than now; then it is watched.
    if (age < times.oldMs) await watch(before);
  }

  async function watch(known: BeatRecord): Promise<void> {
    const stepMs = Math.min(500, times.watchMs / 5);
    for (let waited = 0; waited < times.watchMs; waited += stepMs) {
      await pause(stepMs);
      const now = await read(path);
      if (now === null) return;
      if (now === 'torn') continue;
      if (now.nonce !== known.nonce || now.beat !== known.beat) throw folderInUse(folder, now.host);
    }
  }

  let file: FileHandle | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beat = 0;
  let writing: Promise<unknown> = Promise.resolve();

  function write(): void {
    beat += 1;
    const record = JSON.stringify({ ...own, beat }).padEnd(recordBytes);
    // A disk that is full, or a share that is away, stops no hub; it is written again a moment later.
    writing = writing.then(() => file?.write(record, 0)).catch(() => undefined);
  }

  return {
    async start() {
      file = await open(path, 'w+', 0o600);
      write();
      await writing;
      timer = setInterval(write, times.everyMs).unref();
      if (!isForeign) return;
      // Two that waited for the same dead one: the later writer has it.
      await pause(times.everyMs / 10);
      const now = await read(path);
      if (now !== null && now !== 'torn' && now.nonce !== own.nonce) throw folderInUse(folder, now.host);
    },
    async stop() {
      clearInterval(timer);
      await writing;
      if (file === undefined) return;
      await file.close();
      file = undefined;
      const now = await read(path);
      if (now !== null && (now === 'torn' || now.nonce === own.nonce)) await rm(path, { force: true });
    },
  };
}
