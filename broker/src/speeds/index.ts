export { createSpeedBook, type SpeedBook } from './speed-book.js';
export { createSpeedServices, type SpeedServices } from './speed-services.js';
export { speedDocumentSchema, type SpeedDocument } from './speed-document.js';
export type { MachineIdentity } from './speed-table.js';
