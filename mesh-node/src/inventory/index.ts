export { collectInventory, readCpuModel } from './collect-inventory.js';
export { findPython, findRuntimes, type Python } from './runtimes.js';
