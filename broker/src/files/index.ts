export { createFileStore } from './file-store.js';
export { hashMismatch, tooLarge, transferError } from './problems.js';
export type * from './types.js';
