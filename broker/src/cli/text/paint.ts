import { randomBytes } from 'node:crypto';
import { cleanText } from '@meshdeck/shared';

/** Colours for one stream; every function hands the text back untouched where colours are off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/**
 * What stands for a colour until the text is written: drawn anew for each process, so that nobody's text can hold one. An
 * escape sequence in a text is thus never ours.
 */
const mark = `\uFDD0${randomBytes(9).toString('base64url')}:`;
const marks = new RegExp(`${mark}(\\d+)m`, 'g');

export function createPaint(enabled: boolean): Paint {
  const wrap = (open: number, close: number) => (text: string) =>
    enabled && text !== '' ? `${mark}${open}m${text}${mark}${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
  };
}

/** A text as a terminal may get it: everything in it made harmless but our own colours. */
export function rendered(text: string): string {
  return cleanText(text).replace(marks, '\u001B[$1m');
}

/** Colours only on a terminal that has them and a person who wants them [https://no-color.org]. */
export function wantsColor(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTty && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}
