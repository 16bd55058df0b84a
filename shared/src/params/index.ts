export { changedParams } from './changed-params.js';
export { expandSweep, sweepSize } from './expand-sweep.js';
export { formatParam, formatParams } from './format-params.js';
export { nearestName } from './nearest-name.js';
export { paramArguments } from './param-arguments.js';
export { collidingParams, paramVariable } from './param-environment.js';
export { plainParam, readParam, type ReadParam } from './read-param.js';
export { settleParams } from './settle-params.js';
export { shownText } from './shown-text.js';
