export type { Address, Answer, Asked, Parsed } from './asked.js';
export { callTags, calls, type Call, type CallCost, type CallTag } from './call.js';
export { callPath, paramsOf } from './call-path.js';
export {
  createApiClient,
  type ApiClient,
  type ApiRequest,
  type ApiTransport,
  type CallOptions,
} from './client.js';
export { contract, everyCall } from './contract.js';
export { pages } from './paging.js';
export { refusalIn } from './refusal.js';
