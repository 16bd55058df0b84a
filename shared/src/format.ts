/** Numbers and times as people read them; one place, so that UI and CLI say the same. */

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1536` -> `1.5 KiB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${binaryUnits[unit]}`;
}

/** `93_000` -> `1 min 33 s` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** What is left until `finishAt`: `8 s`, `1 min 20 s`, `a moment`. Predictions have no tenths. */
export function formatLeft(finishAt: number, now: number): string {
  const seconds = Math.round((finishAt - now) / 1000);
  if (seconds < 1) return 'a moment';
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

/** What is to be said of a machine whose clock is `offsetMs` ahead of the hub's, or behind it where negative. */
export function clockSentence(offsetMs: number): string {
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  return `Its clock is ${formatDuration(Math.abs(offsetMs))} ${direction} the hub's. Meshdeck goes by the hub's clock, so nothing is lost; set the machine's right (turn time synchronisation on), as its other programs go by it.`;
}

/** How long ago: `now`, `12 s ago`, `3 min ago`. */
export function formatAge(ts: number, now: number): string {
  const age = Math.max(0, now - ts);
  if (age < 1500) return 'now';
  if (age < 60_000) return `${Math.round(age / 1000)} s ago`;
  if (age < 3_600_000) return `${Math.floor(age / 60_000)} min ago`;
  if (age < 86_400_000) return `${Math.floor(age / 3_600_000)} h ago`;
  return `${Math.floor(age / 86_400_000)} d ago`;
}

/** `12345.6` -> `12,346`; small numbers keep one decimal. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 1 });
}

/** `0.4231` -> `42 %` */
export function formatPercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
