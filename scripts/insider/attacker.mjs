// What `run.mjs` forks: does what it is told to the hub, in a process of its own, so that its work is not the measurer's.
import { setPriority } from 'node:os';
import { walkRole } from './walk.mjs';
import { storms } from './storms/index.mjs';

/** @typedef {{ kind: 'storm', name: string, ms: number } | { kind: 'walk', role: string, share: number, ms: number }} Order */

// Two cores for everything: who is measured goes first.
setPriority(10);

/** @type {import('./room.mjs').Facts | null} */
let facts = null;

process.on('message', (/** @type {{ facts?: import('./room.mjs').Facts, order?: Order }} */ message) => {
  if (message.facts !== undefined) facts = message.facts;
  if (message.order !== undefined) void obey(message.order);
});

/** @param {Order} order */
async function obey(order) {
  if (facts === null) return;
  try {
    const work = order.kind === 'storm' ? storms[order.name]?.(facts, order.ms) : walkRole(facts, order);
    process.send?.({ counts: await work });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
  }
}
process.on('uncaughtException', (error) => process.send?.({ stray: String(error) }));
