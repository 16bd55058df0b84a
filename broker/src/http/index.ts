export { createAgentApi, type AgentApiParts } from './agent-api.js';
export type { AgentRoutes, PeopleRoutes } from './module-routes.js';
export { createPeopleApi, type PeopleApiParts } from './people-api.js';
