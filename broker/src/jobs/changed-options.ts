import {
  changedParams,
  changedReading,
  jobOptionsSchema,
  saysNothing,
  type JobOptions,
  type JobOptionsChange,
} from '@meshdeck/shared';

/** A job's options with some of them changed; null takes one back. Reading and parameters change field by field. */
export function changedOptions(
  { reading: said, params: given, ...options }: JobOptions,
  { reading: change = {}, params, ...others }: JobOptionsChange,
): JobOptions {
  const reading = change === null ? {} : changedReading(said ?? {}, change);
  const merged = Object.entries({
    ...options,
    ...others,
    reading: saysNothing(reading) ? null : reading,
    params: changedParams(given, params),
  }).filter(([, value]) => value !== null && value !== undefined);
  return jobOptionsSchema.parse(Object.fromEntries(merged));
}
