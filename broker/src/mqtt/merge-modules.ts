import { topics, type TopicKey } from '@meshdeck/shared';
import type { HubModule } from '../module.js';
import { closedAccess, type MqttAccess } from './access.js';
import type { MessageHandlers } from './dispatch.js';

type Named = Pick<HubModule, 'name'>;

/** One object of what the modules give, each key by one module. A mistake of ours, so the hub does not start. */
function merge<T extends object>(
  what: string,
  keys: readonly string[],
  given: readonly (readonly [Named, Partial<T> | undefined])[],
): T {
  const by = new Map<string, string>();
  for (const [{ name }, part = {}] of given) {
    for (const key of Object.keys(part)) {
      const other = by.get(key);
      if (other !== undefined) throw new TypeError(`Both ${other} and ${name} give the ${what} ${key}.`);
      by.set(key, name);
    }
  }
  const missing = keys.filter((key) => !by.has(key));
  if (missing.length > 0) throw new TypeError(`No module gives the ${what} ${missing.join(', ')}.`);
  return Object.assign({}, ...given.map(([, part]) => part)) as T;
}

const heardTopics = (Object.keys(topics) as TopicKey[]).filter((key) => topics[key].from !== 'hub');

/** @throws TypeError where a topic that machines or sensors publish on has no handler, or two */
export const mergeTopics = (modules: readonly Pick<HubModule, 'name' | 'topics'>[]): MessageHandlers =>
  merge<MessageHandlers>(
    'topic',
    heardTopics,
    modules.map((module) => [module, module.topics] as const),
  );

/** @throws TypeError where nobody, or two modules, know who somebody is */
export const mergeAccess = (modules: readonly Pick<HubModule, 'name' | 'mqttAccess'>[]): MqttAccess =>
  merge<MqttAccess>(
    'MQTT access',
    Object.keys(closedAccess),
    modules.map((module) => [module, module.mqttAccess] as const),
  );
