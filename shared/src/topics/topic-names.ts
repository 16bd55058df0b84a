import * as z from 'zod';
import { jobIdSchema, nodeIdSchema, personIdSchema, sensorIdSchema } from '../ids.js';
import { topicKeys, type IdName, type Topic, type TopicIds, type TopicKey } from './topic-map.js';

const root = 'meshdeck/v1';

/** Levels of a name are ids that their schemas keep free of `/`, `+` and `#`: a topic that can be nobody's is none. */
const idSchemas: Readonly<Record<IdName, z.ZodType<string>>> = {
  nodeId: nodeIdSchema,
  sensorId: sensorIdSchema,
  jobId: jobIdSchema,
  personId: personIdSchema,
};

/** Longer than any of ours: what is longer is not looked at. */
const longestTopic = 160;

const idPattern = /\{(\w+)\}/g;
const filled = (key: TopicKey, idOf: (name: string) => string): string =>
  `${root}/${key.replace(idPattern, (_, name: string) => idOf(name))}`;

/** The name on the wire: `topicName('nodes/{nodeId}/orders', { nodeId })`. */
export function topicName<K extends TopicKey>(key: K, ids: TopicIds<K>): string {
  const known: Readonly<Record<string, string>> = ids;
  return filled(key, (name) => known[name] ?? '');
}

/** The filter that is all topics of this kind, whatever their ids. */
export const topicFilter = (key: TopicKey): string => filled(key, () => '+');

/** How the names of everything beside this topic begin, such as all that one machine says. */
export function topicPrefix<K extends TopicKey>(key: K, ids: TopicIds<K>): string {
  const name = topicName(key, ids);
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** The levels that may follow: fixed names, and at most one id. */
interface Level {
  named: Map<string, Level>;
  id?: { name: IdName; next: Level };
  key?: TopicKey;
}

function createLevels(): Level {
  const first: Level = { named: new Map() };
  for (const key of topicKeys) {
    let level = first;
    for (const part of filled(key, (name) => `{${name}}`).split('/')) {
      if (part.startsWith('{')) {
        level.id ??= { name: part.slice(1, -1) as IdName, next: { named: new Map() } };
        level = level.id.next;
      } else {
        const next: Level = level.named.get(part) ?? { named: new Map() };
        level.named.set(part, next);
        level = next;
      }
    }
    level.key = key;
  }
  return first;
}
const levels = createLevels();

/** The topic that a concrete name is, or null where it is none of ours. Wildcards are not names. */
export function parseTopic(name: string): Topic | null {
  if (name.length > longestTopic) return null;
  const ids: Partial<Record<IdName, string>> = {};
  let level = levels;
  for (const part of name.split('/')) {
    const named = level.named.get(part);
    if (named !== undefined) {
      level = named;
      continue;
    }
    if (level.id === undefined || !idSchemas[level.id.name].safeParse(part).success) return null;
    ids[level.id.name] = part;
    level = level.id.next;
  }
  // Each id on the way here was filled in.
  return level.key === undefined ? null : ({ key: level.key, ids } as Topic);
}
