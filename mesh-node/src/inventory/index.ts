export { collectInventory, readCpuModel } from './collect-inventory.js';
export { findPython } from './runtimes.js';
