import { MeshdeckError, type ComponentState } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { AgentRoutes, PeopleRoutes } from './http/index.js';
import type { LiveView } from './live/live-topic.js';
import type { MetricFamily } from './metric-family.js';
import type { MessageHandlers } from './mqtt/dispatch.js';
import type { MqttAccess } from './mqtt/access.js';

/**
 * One capability of the hub. What it offers is read by whoever serves it: the HTTP module takes the routes of all modules,
 * the MQTT module their topics, the live module their views, the hub's own module their health and metrics.
 */
export interface HubModule {
  readonly name: string;
  /** Its calls for people and programs. */
  readonly routes?: PeopleRoutes;
  /** Its calls for machines. */
  readonly agentRoutes?: AgentRoutes;
  /** Its handlers for what machines and sensors publish. Each topic is handled by one module. */
  readonly topics?: Partial<MessageHandlers>;
  /** What it knows of those who come by MQTT. Each question is answered by one module. */
  readonly mqttAccess?: Partial<MqttAccess>;
  /** What pages see change without asking. */
  readonly live?: readonly LiveView[];
  /** Its state in words, for the hub's page and `/healthz`. Cheap: asked every few seconds. */
  health?(): ComponentState[];
  /** Its figures for `/metrics`. */
  metrics?(): MetricFamily[];
  /** Begins what goes on by itself. `modules` are all of the hub, each made already. */
  start?(modules: readonly HubModule[]): Promise<void> | void;
  /** Ends it and lets go of what it holds; called also where `start` was not, or failed. */
  stop?(): Promise<void> | void;
}

/** Takes a module into the list and gives it back. @throws MeshdeckError `cancelled` where the hub is to stop */
export type AddModule = <M extends HubModule>(module: M) => M;

export interface ModuleRunner<T> {
  /**
   * Makes the modules, then starts them in order; resolves with what `make` gave back. After a failure everything is
   * stopped again and it may be called anew.
   */
  start(): Promise<T>;
  /** Stops them in reverse order. Safe at any time: a start under way goes no further than the module it is at. */
  stop(): Promise<void>;
}

/** `make` adds each module the moment it is made, so that it is stopped whatever happens to those after it. */
export function createModuleRunner<T>(options: {
  make: (add: AddModule) => Promise<T>;
  logger: Logger;
}): ModuleRunner<T> {
  const modules: HubModule[] = [];
  let starting: Promise<T> | null = null;
  let stopping: Promise<void> | null = null;

  function requireWanted(): void {
    if (stopping !== null) throw new MeshdeckError('cancelled', 'The hub was stopped while it started.');
  }

  async function open(): Promise<T> {
    const made = await options.make((module) => {
      modules.push(module);
      requireWanted();
      return module;
    });
    for (const module of modules) {
      requireWanted();
      await module.start?.(modules);
    }
    return made;
  }

  async function close(): Promise<void> {
    for (const module of modules.splice(0).reverse()) {
      try {
        await module.stop?.();
      } catch (error) {
        options.logger.error({ module: module.name, error: String(error) }, 'a module did not stop cleanly');
      }
    }
  }

  return {
    start() {
      starting ??= open().catch(async (error: unknown) => {
        starting = null;
        await close();
        throw error;
      });
      return starting;
    },
    stop() {
      stopping ??= (starting ?? Promise.resolve()).then(close, close);
      return stopping;
    },
  };
}
