export { createSpeedBook, type SpeedBook } from './speed-store.js';
export { createSpeedServices, type SpeedServices } from './speed-api.js';
export { speedDocumentSchema, type SpeedDocument } from './speed-document.js';
export type { MachineIdentity } from './speed-table.js';
