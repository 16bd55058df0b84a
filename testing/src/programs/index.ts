export {
  canMakeNamespaces,
  canMountDisks,
  findChromium,
  findElectron,
  findSlapd,
  onPath,
} from './installed.js';
export { missingPrerequisites } from './prerequisites.js';
export { cleanEnvironment, startProgram, type Program } from './start-program.js';
