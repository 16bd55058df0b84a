import { badName, collides, leavesFolder, tooManyEntries, unpacksTooLarge } from './problems.js';
import type { PackageLimits } from './limits.js';

/** Device names that Windows gives to no file, with or without an extension. */
const reservedName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** What macOS packs on the side. */
const litter = /(^|\/)(__MACOSX(\/|$)|\.DS_Store$|\._)/;
/** Links that npm makes for people to start programs by; no app needs them. */
const programLinks = /(^|\/)node_modules\/\.bin(\/|$)/;

/** Left out wherever it comes from, links among it. */
export const isLeftOut = (path: string): boolean => litter.test(path) || programLinks.test(path);

/** Longest path inside a package; `packagePathSchema` says the same. */
const maxPathLength = 255;

/**
 * The one gate for every entry of a package, whatever it comes from. Names are judged for the pickiest file system
 * an agent may have, so that a package unpacks the same everywhere.
 */
export interface EntryGuard {
  /** The clean path of a file, or null where it is litter to be left out. @throws MeshdeckError `archive-unsafe` */
  file(entry: string): string | null;
  directory(entry: string): void;
  /** Refuses early what an entry says it will weigh, counting nothing. @throws MeshdeckError `archive-unsafe` */
  expect(entry: string, bytes: number): void;
  /** Counts bytes before they are written. @throws MeshdeckError `archive-unsafe` beyond the limit */
  count(entry: string, bytes: number): void;
}

export function createEntryGuard(limits: Pick<PackageLimits, 'entries' | 'unpackedBytes'>): EntryGuard {
  const taken = new Map<string, { path: string; kind: 'file' | 'directory' }>();
  let entries = 0;
  let bytes = 0;

  function claim(path: string, kind: 'file' | 'directory', entry: string): void {
    const key = path.normalize('NFC').toLowerCase();
    const other = taken.get(key);
    if (other !== undefined && (other.path !== path || kind === 'file' || other.kind === 'file')) {
      throw collides(entry, other.path);
    }
    taken.set(key, { path, kind });
  }

  function take(entry: string, kind: 'file' | 'directory'): string | null {
    entries += 1;
    if (entries > limits.entries) throw tooManyEntries(limits.entries);
    const path = cleanPath(entry);
    if (path === '') {
      if (kind === 'file') throw badName(entry);
      return null;
    }
    if (isLeftOut(path)) return null;
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      claim(path.slice(0, slash), 'directory', entry);
    }
    claim(path, kind, entry);
    return path;
  }

  function expect(entry: string, more: number): void {
    if (bytes + more > limits.unpackedBytes) throw unpacksTooLarge(entry, limits.unpackedBytes);
  }

  return {
    file: (entry) => take(entry, 'file'),
    directory: (entry) => void take(entry, 'directory'),
    expect,
    count(entry, more) {
      expect(entry, more);
      bytes += more;
    },
  };
}

/** `./a/b/` -> `a/b`. @throws MeshdeckError `archive-unsafe` for all that is no plain relative path */
function cleanPath(entry: string): string {
  if (/^[/\\]/.test(entry) || /^[A-Za-z]:/.test(entry)) throw leavesFolder(entry);
  const parts = entry.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    if (part.split('\\').includes('..')) throw leavesFolder(entry);
    if (/[\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(part) || /[. ]$/.test(part) || reservedName.test(part))
      throw badName(entry);
  }
  const path = parts.join('/');
  if (path.length > maxPathLength) throw badName(entry);
  return path;
}
