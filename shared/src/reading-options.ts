import { readingOptionsSchema, type ReadingChange, type ReadingOptions } from './models/reading.js';

/** What was said with a change on top, field by field: a value takes the place of another, null takes it back. */
export function changedReading(said: ReadingOptions, change: ReadingChange): ReadingOptions {
  const merged = Object.entries({ ...said, ...change }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return readingOptionsSchema.parse(Object.fromEntries(merged));
}

/** Whether nothing is said at all. */
export const saysNothing = (options: ReadingOptions): boolean =>
  Object.values(options).every((value) => value === undefined);
