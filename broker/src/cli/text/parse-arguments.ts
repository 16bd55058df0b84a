import { InvalidArgumentError } from 'commander';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90`, `90s`, `15m`, `1h`, `7d` as whole seconds. */
export function parseDurationSeconds(text: string): number {
  const [, amount, unit] = /^(\d{1,9})\s*([smhdw]?)$/.exec(text.trim()) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('Give a duration such as 90s, 15m, 1h or 7d.');
  return Number(amount) * (unitSeconds[unit === undefined || unit === '' ? 's' : unit] ?? 1);
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('Give a whole number from 1 up.');
  return count;
}

/** `auto`, or a number of parts. */
export function parseShards(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const count = Number(text);
  if (!/^\d{1,5}$/.test(text) || count < 1 || count > 10_000) {
    throw new InvalidArgumentError('Give auto, or a number of parts from 1 to 10000.');
  }
  return count;
}

export interface LabelChange {
  key: string;
  /** null takes the label away. */
  value: string | null;
}

/** `room=lab` sets a label, `room-` takes it away. */
export function parseLabelChange(text: string): LabelChange {
  const at = text.indexOf('=');
  if (at > 0) return { key: text.slice(0, at), value: text.slice(at + 1) };
  if (at === -1 && text.length > 1 && text.endsWith('-')) return { key: text.slice(0, -1), value: null };
  throw new InvalidArgumentError('Give labels as key=value; key- takes one away.');
}

/** For options that may be given again: `--label a=1 --label b=2`, or `--label a=1 b=2`. */
export function collectPairs(
  text: string,
  earlier: Record<string, string> | undefined,
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give it as key=value.');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** `2026-11-21T08:00`, unix milliseconds, or a duration meaning that long before now. Unix ms. */
export function parseMoment(text: string, now: number): number {
  if (text === 'now') return now;
  if (/^\d{11,15}$/.test(text)) return Number(text);
  if (/^\d{1,9}\s*[smhdw]$/.test(text)) return now - parseDurationSeconds(text) * 1000;
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) {
    throw new InvalidArgumentError(
      'Give a moment such as 2026-11-21T08:00, unix milliseconds, or 2h for two hours ago.',
    );
  }
  return parsed;
}
