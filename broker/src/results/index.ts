export { createResultReader, type ResultReader } from './reader.js';
export { createResultServices, type Onlooker, type ResultServices } from './result-services.js';
export { createSummaryStore } from './summary-store.js';
