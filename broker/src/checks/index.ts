export type { Checks } from './checks.js';
