export {
  parseReadings,
  readingLimits,
  readingRefusals,
  type Reading,
  type ReadingRefusal,
  type ReadingsResult,
} from './reading.js';
export { createSeriesStore, type SeriesStoreOptions } from './store.js';
export type * from './types.js';
