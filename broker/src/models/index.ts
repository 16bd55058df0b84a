export { createModelReader, type ModelReader } from './model-reader.js';
export { createModelServices, type ModelServices } from './model-services.js';
