import { appendFile } from 'node:fs/promises';

/** Lines that could not be read while a file of documents was loaded, and of which documents they told the newest. */
export interface DamagedLines {
  saw(line: string): void;
  damaged(line: string): void;
  readonly count: number;
  /** Ids of documents whose newest line is damaged, and how many lines told nobody's id. */
  lost(): { ids: string[]; unknown: number };
  /** Appends the lines to a file, so that somebody can look at them. */
  keepIn(path: string): Promise<void>;
}

const idOf = (line: string): string | undefined => /"_id":"([^"\\]{1,300})"/.exec(line)?.[1];
/** Of damaged lines, in memory and on disk. */
const mostKeptBytes = 4 * 1024 * 1024;

export function createDamagedLines(): DamagedLines {
  const ids = new Set<string>();
  let lines: string[] = [];
  let keptBytes = 0;
  let count = 0;
  let unknown = 0;
  return {
    saw(line) {
      if (ids.size === 0) return;
      const id = idOf(line);
      if (id !== undefined) ids.delete(id);
    },
    damaged(line) {
      count += 1;
      const id = idOf(line);
      if (id === undefined) unknown += 1;
      else ids.add(id);
      if (keptBytes + line.length > mostKeptBytes) return;
      keptBytes += line.length;
      lines.push(line);
    },
    get count() {
      return count;
    },
    lost: () => ({ ids: [...ids], unknown }),
    async keepIn(path) {
      const text = lines.map((line) => `${line}\n`).join('');
      lines = [];
      // Kept for who wants to look; a disk without room for it must not keep the hub from starting.
      await appendFile(path, text, { mode: 0o600 }).catch(() => undefined);
    },
  };
}
