export { appRecordSchema, type AppDocuments, type AppRecord } from './app-record.js';
export { createAppRepository, type AppRepository, type ResolvedApp } from './app-repository.js';
export { measureBundleEntry, type BundleEntry } from './bundle-entry.js';
export type { PackageLimits } from './limits.js';
export { requireBatch } from './require-batch.js';
export { requireScript } from './require-script.js';
export { requireModel } from './require-model.js';
export { createSamples, type Samples } from './samples.js';
