import { formatBytes, formatDuration, MeshdeckError } from '@meshdeck/shared';
import { diskUse, mostEntries, type WatchedDisk } from './disk-use.js';
import { mostOpenFiles } from './held-files.js';
import type { ProcessTree } from './process-tree.js';

const memoryEveryMs = 250;
const diskEveryMs = 500;

export interface Watch {
  peakMemoryBytes: () => number | null;
  stop: () => void;
}

export interface WatchOptions {
  tree: ProcessTree;
  disk: WatchedDisk;
  /** Whose files are its own. */
  uid: number;
  /** Where it can write, as it sees it. */
  places: readonly string[];
  limits: { memoryBytes: number; outputBytes: number; entries?: number };
  deadlineMs: number;
  /** When the app started, unix ms. */
  startedMs: number;
  onExceeded: (problem: MeshdeckError) => void;
}

export const tooMuchOutput = (limitBytes: number) =>
  new MeshdeckError(
    'app-output-limit',
    `The app wrote more than its limit of ${formatBytes(limitBytes)} and was stopped. Raise limits.outputBytes if it really needs more.`,
  );

export const tooManyFiles = () =>
  new MeshdeckError(
    'app-output-limit',
    `The app made more than ${mostEntries} files and folders, or folders inside folders without end, and was stopped. Put them into archives, or remove what it no longer needs.`,
  );

const tooManyOpenFiles = () =>
  new MeshdeckError(
    'app-output-limit',
    `The app had more than ${mostOpenFiles} files open at a time and was stopped. Let it close what it has read.`,
  );

/** How programs say that they were refused memory: Python, V8, C++, libc. */
export const ranOutOfMemory = (tail: string): boolean =>
  /^(MemoryError|numpy\..*MemoryError|.*(heap out of memory|Array buffer allocation failed|std::bad_alloc|Cannot allocate memory))/m.test(
    tail,
  );

/** The system refused to let a file grow [setrlimit(2), RLIMIT_FSIZE]: nothing of it need be on the disk. */
export const wasTooLarge = (tail: string): boolean => /\bEFBIG\b|File too large/.test(tail);

/** Refused or ended by the kernel before the watch saw it. */
export const outOfMemory = (limitBytes: number, tail: string) =>
  new MeshdeckError(
    'app-memory-limit',
    `The app ran out of memory: it may use ${formatBytes(limitBytes)} and wanted more. Raise limits.memoryBytes, or give it fewer rows.`,
    tail === '' ? {} : { detail: tail },
  );

/** Looks at an app's time, memory (all its processes) and disk use until `stop`, and tells the first limit passed. */
export function watchLimits(options: WatchOptions): Watch {
  const { tree, limits, deadlineMs, startedMs } = options;
  let peak: number | null = null;
  let done = false;

  function exceed(problem: MeshdeckError): void {
    if (done) return;
    stop();
    options.onExceeded(problem);
  }

  const timer = setTimeout(
    () => {
      const after = formatDuration(Date.now() - startedMs);
      exceed(
        new MeshdeckError(
          'app-timeout',
          `The app was stopped after ${after}: its time limit was reached. Raise the time limit, or give it fewer rows.`,
        ),
      );
    },
    Math.min(2 ** 31 - 1, Math.max(0, deadlineMs - Date.now())),
  );

  /** Files in memory that no process has to map. */
  let inMemoryFiles = 0;
  const memory = setInterval(() => {
    const resident = tree.measure();
    if (resident === null) return;
    // What is mapped of them is counted with the processes.
    const bytes = resident.bytes + Math.max(0, inMemoryFiles - resident.sharedBytes);
    peak = Math.max(peak ?? 0, bytes);
    if (bytes <= limits.memoryBytes) return;
    exceed(
      new MeshdeckError(
        'app-memory-limit',
        `The app used ${formatBytes(bytes)} of memory, more than its limit of ${formatBytes(limits.memoryBytes)}, and was stopped. Raise limits.memoryBytes, or give it fewer rows.`,
      ),
    );
  }, memoryEveryMs);

  /** Null where it could not be found out this time: the next look tells. */
  const useNow = () => diskUse({ ...options, pids: tree.pids() }).catch(() => null);

  async function lookAtDisk(): Promise<void> {
    const lookedMs = Date.now();
    const use = await useNow();
    if (done) return;
    if (use !== null) {
      inMemoryFiles = use.memoryBytes;
      if (use.bytes > limits.outputBytes) return exceed(tooMuchOutput(limits.outputBytes));
      if (use.entries > (limits.entries ?? mostEntries)) return exceed(tooManyFiles());
      if (use.tooManyOpen) return exceed(tooManyOpenFiles());
    }
    // A look through many files takes its time; it is not to take all of it.
    const tookMs = Date.now() - lookedMs;
    disk = setTimeout(look, Math.max(diskEveryMs - tookMs, tookMs));
  }
  const look = () => void lookAtDisk();
  let disk = setTimeout(look, diskEveryMs);

  function stop(): void {
    done = true;
    clearTimeout(timer);
    clearInterval(memory);
    clearTimeout(disk);
  }

  return { peakMemoryBytes: () => peak, stop };
}
