export { createAgentApi, type AgentApiOptions } from './agent-api.js';
export type { AgentRoutes, PeopleRoutes } from './module-routes.js';
export { createPeopleApi, type PeopleApiOptions } from './people-api.js';
