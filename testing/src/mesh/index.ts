export { callHub, isReadyForWork, listAll, listNodes, until, type Reachable } from './api.js';
export { runCli, type Finished } from './run-cli.js';
export {
  agentScript,
  freePortFlags,
  hubScript,
  privateHubFlags,
  startAgent,
  startHub,
  type RunningHub,
} from './start-mesh.js';
export { inWorkshop, makeToken, startPair, type Workshop } from './workshop.js';
