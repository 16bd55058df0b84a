import type { RowAxis } from './row-state.js';

/** Where a tensor's rows lie, besides its sizes. */
export type RowPlace = Pick<RowAxis, 'axis' | 'outer' | 'inner'>;
