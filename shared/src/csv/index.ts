export * from './cell-evidence.js';
export * from './cell-words.js';
export * from './dialect.js';
export * from './header.js';
export * from './problems.js';
export * from './record-ends.js';
export * from './record-scanner.js';
export * from './written-number.js';
