import { basename } from 'node:path';
import type { TruncatedLine } from './truncated-line.js';

/** Lines of one file of documents that could not be read. */
export interface DamagedDocuments {
  lines: number;
  keptIn: string;
  /** Ids of documents that are as they were before their newest line, which is damaged. */
  stale: readonly string[];
  /** Ids of those of which nothing is left. */
  gone: readonly string[];
  /** Lines of which nobody can tell what they were about. */
  unknown: number;
}

const some = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`;

export function cutWords(path: string, { bytes, zeros, isAll, keptIn }: TruncatedLine): string {
  const name = basename(path);
  if (zeros === 0) {
    return `${name} ended in mid-line: its last ${bytes} bytes were dropped (kept in ${keptIn}). Nobody had been told of them, and nothing else is missing.`;
  }
  return isAll
    ? `${name} is damaged: its ${bytes} bytes are zeros, or begin with them, so all that stood in it is lost (kept in ${keptIn}), and the hub started without it. Stop the hub and restore ${name} from a backup.`
    : `${name} is damaged: it ended in ${bytes} bytes with zeros in them, as a power cut or a failing disk leaves (kept in ${keptIn}). What was written last is lost, and what it changed is as it was before; if something is missing, restore ${name} from a backup.`;
}

export function damagedWords(path: string, damage: DamagedDocuments): string {
  const { lines, keptIn, stale, gone, unknown } = damage;
  const words = [
    `${lines === 1 ? 'One line' : `${lines} lines`} of ${basename(path)} could not be read and ${lines === 1 ? 'was' : 'were'} dropped (kept in ${keptIn}).`,
    ...(stale.length > 0
      ? [
          `As before their last change, which is lost, even if they had been removed: ${some(stale)}. Look at them and make the change again.`,
        ]
      : []),
    ...(gone.length > 0 ? [`Lost: ${some(gone)}. Enter them again, or restore the file from a backup.`] : []),
    ...(unknown > 0
      ? [
          'What such a line was about cannot be told; if something is missing, restore the file from a backup.',
        ]
      : []),
    ...(stale.length + gone.length + unknown === 0
      ? ['All that they said stands in later lines: nothing is lost.']
      : []),
  ];
  return words.join(' ');
}
