import { jobOptionsSchema, type JobOptions, type JobOptionsChange } from '@meshdeck/shared';

/** A job's options with some of them changed; null takes one back. */
export function changedOptions(options: JobOptions, change: JobOptionsChange): JobOptions {
  const merged = Object.entries({ ...options, ...change }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return jobOptionsSchema.parse(Object.fromEntries(merged));
}
