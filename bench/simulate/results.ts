import type { PolicyName } from './policies.js';

/** One policy on one scenario. */
export interface Result {
  policy: PolicyName;
  machines: number;
  seed: number;
  boundMs: number;
  makespanMs: number;
  meanCompletionMs: number;
  tasks: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Makespan over the lower bound (median and worst of the seeds) and the mean time from a job's arrival to its end. */
export function printTable(results: readonly Result[], tookMs: number): void {
  const sizes = [...new Set(results.map(({ machines }) => machines))];
  const names = [...new Set(results.map(({ policy }) => policy))];
  const seedsOf = (size: number) =>
    new Set(results.filter(({ machines }) => machines === size).map(({ seed }) => seed)).size;
  const head = sizes.map((size) => `${size} machines (${seedsOf(size)})`.padStart(22)).join('');
  console.log(`${'makespan / lower bound'.padEnd(24)}${head}`);
  console.log(' '.repeat(24) + sizes.map(() => 'median  worst    mean'.padStart(22)).join(''));
  for (const name of names) {
    const cells = sizes.map((size) => {
      const of = results.filter(({ policy, machines }) => policy === name && machines === size);
      const ratios = of.map(({ makespanMs, boundMs }) => makespanMs / boundMs);
      const mean = median(of.map(({ meanCompletionMs }) => meanCompletionMs)) / 1000;
      const text = `${median(ratios).toFixed(2)} ${Math.max(...ratios)
        .toFixed(2)
        .padStart(6)} ${mean.toFixed(0).padStart(5)} s`;
      return text.padStart(22);
    });
    console.log(name.padEnd(24) + cells.join(''));
  }
  const tasks = results.reduce((sum, result) => sum + result.tasks, 0);
  console.log(
    `\n(seeds); mean: from a job's arrival to its end. ${tasks.toLocaleString('en-US')} tasks in ${(tookMs / 1000).toFixed(1)} s.`,
  );
}
