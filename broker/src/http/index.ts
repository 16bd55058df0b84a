export { createAgentApi, type AgentApiParts } from './agent-api.js';
export { createPeopleApi, type PeopleApiParts } from './people-api.js';
export type { PeopleServices } from './people-api.js';
