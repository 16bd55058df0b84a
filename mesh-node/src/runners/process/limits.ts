import { formatBytes, formatDuration, MeshdeckError } from '@meshdeck/shared';
import { folderSize } from '../../cache/folder-size.js';
import type { ProcessTree } from './process-tree.js';

const memoryEveryMs = 250;
const diskEveryMs = 500;

export interface Watch {
  peakMemoryBytes: () => number | null;
  stop: () => void;
}

export interface WatchOptions {
  tree: ProcessTree;
  folder: string;
  /** What the folder held before the app started: not the app's doing. */
  folderBytesBefore: number;
  limits: { memoryBytes: number; outputBytes: number };
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

/** How programs say that they were refused memory: Python, V8, C++, libc. */
export const ranOutOfMemory = (tail: string): boolean =>
  /^(MemoryError|numpy\..*MemoryError|.*(heap out of memory|Array buffer allocation failed|std::bad_alloc|Cannot allocate memory))/m.test(
    tail,
  );

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

  const memory = setInterval(() => {
    const bytes = tree.measure();
    if (bytes === null) return;
    peak = Math.max(peak ?? 0, bytes);
    if (bytes <= limits.memoryBytes) return;
    exceed(
      new MeshdeckError(
        'app-memory-limit',
        `The app used ${formatBytes(bytes)} of memory, more than its limit of ${formatBytes(limits.memoryBytes)}, and was stopped. Raise limits.memoryBytes, or give it fewer rows.`,
      ),
    );
  }, memoryEveryMs);

  let looking = false;
  const disk = setInterval(() => {
    if (looking) return;
    looking = true;
    const most = options.folderBytesBefore + limits.outputBytes;
    void folderSize(options.folder, most).then((bytes) => {
      looking = false;
      if (bytes > most) exceed(tooMuchOutput(limits.outputBytes));
    });
  }, diskEveryMs);

  function stop(): void {
    done = true;
    clearTimeout(timer);
    clearInterval(memory);
    clearInterval(disk);
  }

  return { peakMemoryBytes: () => peak, stop };
}
