/** The value at which half of the weight lies below; NaN for none. Weights are positive. */
export function weightedMedian(items: readonly { value: number; weight: number }[]): number {
  const sorted = [...items].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const [index, { value, weight }] of sorted.entries()) {
    below += weight;
    if (below > half) return value;
    const next = sorted[index + 1];
    if (below === half && next !== undefined) return (value + next.value) / 2;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

export const median = (values: readonly number[]): number =>
  weightedMedian(values.map((value) => ({ value, weight: 1 })));
