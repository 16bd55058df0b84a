export { collectInventory, readCpuModel } from './collect-inventory.js';
export { programFinders, type ProgramFinders } from './programs.js';
export { findPython } from './runtimes.js';
export { rememberProgram } from './remember-program.js';
