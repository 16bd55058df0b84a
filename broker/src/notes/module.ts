import { MeshdeckError, noteViewSchema, type NoteView } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createEvents } from '../events.js';
import { noteRoutes } from '../http/routes/notes.js';
import { createLiveTopic } from '../live/live-topic.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import type { NodesModule } from '../nodes/module.js';
import type { StoresModule } from '../stores/module.js';
import { createNotes } from './notes.js';

type NoteEvents = { changed: [noteId: string]; removed: [noteId: string] };

/** What people write down about machines; removed with the machine. */
export async function createNotesModule(options: {
  stores: StoresModule;
  nodes: Pick<NodesModule, 'nodes' | 'events'>;
  /** The id of a machine by id, beginning of one, or name. @throws MeshdeckError `not-found` */
  resolveNode: (ref: string) => string;
  broker: MqttBroker;
  now: () => number;
  logger: Logger;
}): Promise<HubModule> {
  const { broker, logger, now } = options;
  const { nodes, events: nodeEvents } = options.nodes;
  const events = createEvents<NoteEvents>({ logger });
  const notes = await createNotes({
    collection: await options.stores.collection({ name: 'notes', schema: noteViewSchema }),
    isKnown: (nodeId) => nodes.state(nodeId) !== undefined,
    isWhole: options.stores.storeHealth.state().message === null,
    changed: (id) => events.emit('changed', id),
    removed: (id) => events.emit('removed', id),
    now,
  });
  const live = createLiveTopic<NoteView>({
    broker,
    topic: 'live/notes',
    publish: (message) => broker.publish('live/notes', {}, message),
    viewsOf: (ids) => notes.list().filter(({ id }) => ids.has(id)),
    logger,
  });
  const disposers = [
    events.on('changed', live.changed),
    events.on('removed', live.removed),
    nodeEvents.on('removed', notes.removeOf),
  ];

  function machineOf(ref: string) {
    const state = nodes.state(options.resolveNode(ref));
    if (state !== undefined) return state.document;
    throw new MeshdeckError(
      'conflict',
      `${ref} is in sight but has not asked this hub to join. Notes can be written once it has.`,
    );
  }

  return {
    name: 'notes',
    live: [live],
    routes: (app) => noteRoutes(app, { notes, machineOf }),
    stop() {
      for (const dispose of disposers) dispose();
    },
  };
}
