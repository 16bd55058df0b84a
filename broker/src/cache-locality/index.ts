export { createHeldItems, type HeldItems } from './cached-items.js';
export { createTransferBook, type TransferBook } from './bandwidth-estimates.js';
export { transferDocumentSchema, type TransferDocument } from './bandwidth-document.js';
