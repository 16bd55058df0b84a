import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own size, in memory. */
export interface SmallDisk {
  path: string;
  /** Takes up what room there is, to the last byte. */
  fill: () => void;
  makeRoom: () => void;
  /** Unmounts it. */
  remove: () => void;
}

/** `options` are tmpfs' [tmpfs(5)], `path` where it is mounted: a new folder where left out. Needs root on Linux. */
export function mountSmallDisk(
  options: string,
  path = mkdtempSync(join(tmpdir(), 'meshdeck-disk-')),
): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  const ballast = join(path, 'ballast');
  return {
    path,
    fill() {
      const file = openSync(ballast, 'a');
      const zeros = Buffer.alloc(64 * 1024);
      try {
        for (;;) writeSync(file, zeros);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    remove() {
      // Lazily: a program that is just ending may still have a file open.
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
