export { descendantsOf, peakBytes, residentBytes, watchChildren } from './memory.js';
export { treeCpuMs } from './processor-time.js';
