export { createCachedItems, type CachedItems } from './cached-items.js';
export { createBandwidthEstimates, type BandwidthEstimates } from './bandwidth-estimates.js';
export { bandwidthDocumentSchema, type BandwidthDocument } from './bandwidth-document.js';
