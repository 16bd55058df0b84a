import { formatPlain, formatRows, formatShare, type ColumnDrift } from '@meshdeck/shared';

/** What changed in a column, carefully: what was counted, never why. */
export function driftSentence(
  drift: Omit<ColumnDrift, 'sentence'>,
  { isSame, wasNumbers, isEmpty }: { isSame: boolean; wasNumbers: boolean; isEmpty: boolean },
): string {
  const name = `Column ${JSON.stringify(drift.column.slice(0, 80))}`;
  if (!isSame) {
    return wasNumbers
      ? `${name} holds text here, and held numbers before.`
      : `${name} holds numbers here, and held text before.`;
  }
  if (isEmpty)
    return `${name} is empty here; before, ${formatShare(1 - drift.missing.before)} of its cells had a value.`;
  const parts = [...valueParts(drift, name), ...missingParts(drift)];
  if (parts.length === 0) return `${name} lies as before.`;
  return `${parts.join('; ')}.`.slice(0, 500);
}

function valueParts(
  { level, numbers, values, newValues, newValueCount }: Omit<ColumnDrift, 'sentence'>,
  name: string,
): string[] {
  const parts: string[] = [];
  if (numbers !== null && level !== 'steady') {
    const { median, low, high } = numbers;
    const [was, is] = [formatPlain(median.before), formatPlain(median.now)];
    const spread = `90 % of its values lay between ${formatPlain(low.before)} and ${formatPlain(high.before)}, now between ${formatPlain(low.now)} and ${formatPlain(high.now)}`;
    parts.push(was === is ? `${name} spreads otherwise: ${spread}` : `${name} moved: median ${was} → ${is}`);
  }
  const [first] = values;
  if (numbers === null && level !== 'steady' && first !== undefined) {
    parts.push(
      `${name} moved: ${JSON.stringify(first.value.slice(0, 60))} ${formatShare(first.before)} → ${formatShare(first.now)}`,
    );
  }
  if (newValueCount > 0) {
    const shown = newValues
      .slice(0, 3)
      .map(({ value, rows }) => `${JSON.stringify(value.slice(0, 60))} (${formatRows(rows)})`);
    const more = newValueCount - shown.length;
    const what =
      newValueCount === 1
        ? 'a value that no earlier table had'
        : `${newValueCount} values that no earlier table had`;
    parts.push(
      `${parts.length === 0 ? `${name} has` : 'it has'} ${what}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    );
  }
  return parts.length === 0 && level !== 'steady' ? [`${name} moved`] : parts;
}

function missingParts({ missing, level }: Omit<ColumnDrift, 'sentence'>): string[] {
  if (level === 'steady' || Math.abs(missing.now - missing.before) < 0.02) return [];
  return [`${formatShare(missing.now)} of its cells have no value, before ${formatShare(missing.before)}`];
}
