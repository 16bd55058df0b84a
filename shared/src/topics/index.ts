export * from './payload-form.js';
export * from './topic-map.js';
export * from './topic-names.js';
