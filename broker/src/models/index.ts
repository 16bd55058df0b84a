export type { ModelReader } from './model-reader.js';
export type { ModelApi } from './model-api.js';
