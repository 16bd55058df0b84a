import type { AgentApp, PeopleApp } from './fastify.js';

/** Adds the calls of one capability to the people's API. */
export type PeopleRoutes = (app: PeopleApp) => void;

/** The calls of one capability for machines. */
export interface AgentRoutes {
  /** For whoever knocks: by their key, or with nothing yet. */
  open?: (app: AgentApp) => void;
  /** For machines that have joined. */
  joined?: (app: AgentApp) => void;
}
