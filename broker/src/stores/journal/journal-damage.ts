import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { JournalPlace } from './journal.js';

/** A whole line whose checksum is wrong: what is on the disk is not what was written. */
export interface DamagedRecord {
  at: JournalPlace;
  /** What stands where its key was; maybe no key of anything. */
  key: string | null;
}

/** What a journal lacked when it was opened. */
export interface JournalDamage {
  records: readonly DamagedRecord[];
  /** Numbers of files that should be there and are not. */
  missingSegments: readonly number[];
}

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.log`;

const keyPattern = /^.{8} ([^ \t\n]{1,200}) /;

/** What stands where the key of a damaged line was. */
export function keyOfDamaged(line: Buffer): string | null {
  return keyPattern.exec(line.toString('latin1', 0, 300))?.[1] ?? null;
}

/** Known keys that a damaged one may have been: itself, or those that differ in one character. */
export function keysLike(key: string | null, known: Iterable<string>): string[] {
  if (key === null) return [];
  const alike: string[] = [];
  for (const other of known) {
    if (other === key) return [key];
    if (other.length === key.length && differences(other, key) === 1) alike.push(other);
  }
  return alike;
}

function differences(a: string, b: string): number {
  let count = 0;
  for (let at = 0; at < a.length && count < 2; at += 1) if (a[at] !== b[at]) count += 1;
  return count;
}

/** Thrown when a record is read that was whole when the journal was opened, or that lies in a file that has gone. */
export class DamagedRecordError extends MeshdeckError {
  constructor(dir: string, { segment, offset }: JournalPlace, cause?: unknown) {
    super(
      'internal',
      `What was stored at byte ${offset} of ${join(dir, segmentName(segment))} is damaged on the disk and cannot be read; everything else can. Look at that disk, and restore the file from a backup if there is one.`,
      { cause },
    );
  }
}

/** One sentence for each kind of damage, for people; `things` is what the journal holds, in the plural. */
export function damageWords(dir: string, things: string, damage: JournalDamage): string[] {
  const { records, missingSegments } = damage;
  const words: string[] = [];
  if (missingSegments.length > 0) {
    const names = missingSegments.slice(0, 5).map(segmentName).join(', ');
    const more = missingSegments.length > 5 ? ` and ${missingSegments.length - 5} more` : '';
    words.push(
      `${names}${more} in ${dir} ${missingSegments.length === 1 ? 'is' : 'are'} missing: ${things} that were written there only are lost, and others are as they were before. ` +
        'Stop the hub and put the file back from a backup to have them again.',
    );
  }
  if (records.length > 0) {
    const places = records
      .slice(0, 5)
      .map(({ at }) => `${segmentName(at.segment)} at byte ${at.offset}`)
      .join(', ');
    const more = records.length > 5 ? ` and ${records.length - 5} more` : '';
    words.push(
      `${records.length === 1 ? 'One record' : `${records.length} records`} of ${things} in ${dir} ${records.length === 1 ? 'is' : 'are'} damaged on the disk and ${records.length === 1 ? 'was' : 'were'} left out (${places}${more}); all others are whole.`,
    );
  }
  return words;
}
