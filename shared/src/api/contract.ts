import type { Call } from './call.js';
import * as contract from './things.js';

/** All that the hub offers people and their programs by HTTP, by thing and call. */
export { contract };
export type Contract = typeof contract;

/** Every call there is, one after another. */
export const everyCall: readonly Call[] = Object.values(contract).flatMap((thing): Call[] =>
  Object.values(thing),
);
