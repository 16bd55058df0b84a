export { createSeriesStore, type SeriesStoreOptions } from './store.js';
export type * from './types.js';
