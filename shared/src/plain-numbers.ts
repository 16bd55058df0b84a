/** Values of other people's tables as sentences and tables show them; the exact value is for where it is asked for. */

/** Three digits that matter, more for large ones: `0.0533`, `21.3`, `1,204`; an exponent where people would write one. */
export function formatPlain(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

/** `0.1234` -> `12 %`, `0.0123` -> `1.2 %`; a share that is neither nothing nor all never reads so. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.1) return 'under 0.1 %';
  if (percent > 99.9) return 'over 99.9 %';
  return percent < 10 || percent > 90 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

/** `1` -> `1 row`, `2880` -> `2,880 rows`. */
export function formatRows(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
}
