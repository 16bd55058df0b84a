export * from './dialect.js';
export * from './excerpt.js';
export * from './header.js';
export * from './problems.js';
export * from './record-ends.js';
export * from './record-scanner.js';
