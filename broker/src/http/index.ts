export { createAgentApi, type AgentApiOptions } from './agent-api.js';
export { createPeopleApi, type PeopleApiOptions } from './people-api.js';
export type { PeopleServices } from './people-api.js';
