import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own size, mounted at `path`. Needs root on Linux. */
export interface SmallDisk {
  path: string;
  /** Takes up what room there is, to the last byte. */
  fill: () => void;
  makeRoom: () => void;
  remove: () => void;
}

export function mountSmallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
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
    // Lazily: a program that is just ending may still have a file open.
    remove: () => void execFileSync('umount', ['--lazy', path]),
  };
}
