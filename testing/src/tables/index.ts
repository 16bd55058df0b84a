export { makeTable } from './make-table.js';
export { digits, linesOf, slowApp, writeFile } from './samples.js';
