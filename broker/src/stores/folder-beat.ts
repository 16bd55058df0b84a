import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
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
  /** The process and when it began, and the numbers of its PID name space and of the folder as it saw them. */
  pid: z.number().optional(),
  began: z.string().optional(),
  pids: z.string().optional(),
  folder: z.string().optional(),
});
type BeatRecord = z.infer<typeof recordSchema>;

/** Whether that hub is a process of this very system that this one can see. One killed is not, so nobody waits for it. */
const runsHere = (other: BeatRecord, own: Omit<BeatRecord, 'beat'>): boolean =>
  other.boot === own.boot &&
  own.boot !== 'unknown' &&
  other.pids === own.pids &&
  own.pids !== '' &&
  other.pid !== undefined &&
  other.pid !== own.pid &&
  (other.began ?? '') !== '' &&
  beganAt(other.pid) === other.began;

/**
 * Whether the lock in the folder says nothing of that hub: it runs on another system, or reaches the folder by another way
 * (a network share of this same computer, a second mount of its own), where a socket is another one.
 */
const cannotBeAsked = (other: BeatRecord, own: Omit<BeatRecord, 'beat'>): boolean =>
  other.boot !== own.boot ||
  own.boot === 'unknown' ||
  (other.folder !== undefined && other.folder !== own.folder && other.pids !== own.pids);

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

/** States of a process that is over and that nobody has asked for yet [proc(5), stat field 3]. */
const ended: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/**
 * When a process began, in ticks since boot [proc(5), stat field 22]; empty where it does not run, or none can tell. One
 * that was killed stays listed until its parent asks for it, which in a container may be never.
 */
function beganAt(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ended.has(state) ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

async function folderNumber(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${dev}:${ino}`;
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
  const own = {
    ...{ boot: bootId(), host: hostname(), nonce: randomBytes(12).toString('hex') },
    ...{ pid: process.pid, began: beganAt(process.pid), pids: pidNamespace() },
    folder: await folderNumber(folder),
  };
  const before = await read(path);
  const isForeign = before !== null && before !== 'torn' && cannotBeAsked(before, own);
  if (before !== null && before !== 'torn' && runsHere(before, own)) throw folderInUse(folder);
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
