export { descendantsOf, peakBytes, residentBytes, watchChildren } from './memory.js';
