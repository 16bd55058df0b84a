export { createLocalAccess } from './local-access.js';
export type { LocalAccess, Person } from './types.js';
