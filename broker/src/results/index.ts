export { createResultReader, type ResultReader } from './reader.js';
export { createResultApi, type Onlooker, type ResultApi } from './result-api.js';
export { createSummaryStore } from './summary-store.js';
