export { createHeldItems, type HeldItems } from './held-items.js';
export { createTransferBook, type TransferBook } from './transfer-book.js';
export { transferDocumentSchema, type TransferDocument } from './transfer-document.js';
