export { createModelReader, type ModelReader } from './model-reader.js';
export { createModelServices } from './model-services.js';
