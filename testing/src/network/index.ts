export { certificateFor } from './certificates.js';
export { freePort } from './free-port.js';
export { createLab, openLab, type Lab } from './lab.js';
