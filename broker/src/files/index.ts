export { createFileStore } from './file-store.js';
export { tooLarge, transferError } from './problems.js';
export type * from './types.js';
