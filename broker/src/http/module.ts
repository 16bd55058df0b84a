import type { Logger } from 'pino';
import type { AuditLog } from '../audit/index.js';
import type { Activity } from '../fairness/activity.js';
import type { HttpsListener } from '../lan/index.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import { personPrincipal } from '../mqtt/principal.js';
import { listenHttp } from '../ports.js';
import type { PeopleModule } from '../users/module.js';
import { createAgentApi } from './agent-api.js';
import type { AgentApp, PeopleApp } from './fastify.js';
import { createPeopleApi } from './people-api.js';

export interface HttpModule extends HubModule {
  /** Resolves with the port in use; to be called once the module has started, as `listenAgents`. */
  listenPeople(port: number, host: string): Promise<number>;
  listenAgents(port: number, host: string): Promise<number>;
}

/** People's API and the agents' API, of the routes of all modules. */
export function createHttpModule(options: {
  people: PeopleModule;
  audit: AuditLog;
  isJoined: (fingerprint: string) => boolean;
  broker: Pick<MqttBroker, 'handlePerson'>;
  lan: HttpsListener | null;
  tls: { key: string; cert: string };
  activity: Activity;
  uiDir: string;
  logger: Logger;
}): HttpModule {
  const { broker, isJoined, tls, logger } = options;
  let peopleApi: PeopleApp | undefined;
  let agentApi: AgentApp | undefined;

  async function listen(api: PeopleApp | AgentApp | undefined, port: number, host: string): Promise<number> {
    if (api === undefined) throw new TypeError('start it first');
    return listenHttp(api, port, host);
  }

  return {
    name: 'http',
    listenPeople: (port, host) => listen(peopleApi, port, host),
    listenAgents: (port, host) => listen(agentApi, port, host),
    async start(modules) {
      const { access, people } = options.people;
      peopleApi = await createPeopleApi({
        access,
        people,
        audit: options.audit,
        routes: modules.flatMap(({ routes = [] }) => routes),
        uiDir: options.uiDir,
        handleMqttSocket: (stream, person) => broker.handlePerson(stream, personPrincipal(person)),
        logger: logger.child({ component: 'http' }),
        activity: options.activity,
        lan: options.lan ?? undefined,
      });
      agentApi = await createAgentApi({
        isJoined,
        routes: modules.flatMap(({ agentRoutes = [] }) => agentRoutes),
        tls,
        logger: logger.child({ component: 'agents' }),
      });
    },
    async stop() {
      try {
        await agentApi?.close();
      } finally {
        await peopleApi?.close();
      }
    },
  };
}
