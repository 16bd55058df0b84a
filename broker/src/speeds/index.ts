export { createSpeedBook, type SpeedBook } from './speed-book.js';
export { createSpeedServices, type SpeedServices } from './speed-services.js';
export { speedDocumentSchema, type SpeedDocument } from './speed-document.js';
export {
  createSpeedTable,
  type MachineIdentity,
  type ModelSpeeds,
  type SpeedEntry,
  type SpeedTable,
} from './speed-table.js';
