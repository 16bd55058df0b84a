import {
  changedReading,
  jobOptionsSchema,
  saysNothing,
  type JobOptions,
  type JobOptionsChange,
} from '@meshdeck/shared';

/** A job's options with some of them changed; null takes one back. What is said of the reading changes field by field. */
export function changedOptions(
  { reading: said, ...options }: JobOptions,
  { reading: change = {}, ...others }: JobOptionsChange,
): JobOptions {
  const reading = change === null ? {} : changedReading(said ?? {}, change);
  const merged = Object.entries({
    ...options,
    ...others,
    reading: saysNothing(reading) ? null : reading,
  }).filter(([, value]) => value !== null && value !== undefined);
  return jobOptionsSchema.parse(Object.fromEntries(merged));
}
