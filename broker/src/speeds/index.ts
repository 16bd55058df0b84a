export { createSpeedStore, type SpeedStore } from './speed-store.js';
export { createSpeedApi, type SpeedApi } from './speed-api.js';
export { speedDocumentSchema, type SpeedDocument } from './speed-document.js';
export type { MachineIdentity } from './speed-table.js';
