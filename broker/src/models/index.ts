export { createModelReader, type ModelReader } from './model-reader.js';
export { createModelApi, type ModelApi } from './model-api.js';
