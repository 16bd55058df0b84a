export { createLab } from '../../scripts/mesh/namespaces.mjs';
export type { Lab } from '../../scripts/mesh/namespaces.mjs';
