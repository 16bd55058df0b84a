import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SystemRoots } from './system-roots.js';

export interface FixtureRoots extends SystemRoots {
  /** Writes or replaces files, by path below the fixture's root (`proc/stat`, `sys/class/...`). */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/** For tests: a folder that looks like the roots of a Linux machine with just the given files. */
export function createFixtureRoots(files: Readonly<Record<string, string>>): FixtureRoots {
  const root = mkdtempSync(path.join(tmpdir(), 'meshdeck-roots-'));
  const write = (more: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(more)) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  write(files);
  return {
    proc: path.join(root, 'proc'),
    sys: path.join(root, 'sys'),
    etc: path.join(root, 'etc'),
    write,
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
