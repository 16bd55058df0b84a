import { agentFeatures, type NodeId, type Order } from '@meshdeck/shared';
import { usualPaceMs, type NodeState } from './node-state.js';

/** Of machines that have nothing to do while nobody looks at them. */
const slowMs = 10_000;
/** So few cost a hub nothing at the usual pace, and none of them is ever missed for longer. */
const fewMachines = 20;
/** Who asked for the machines goes on looking for so long; */
const lookMs = 30_000;
/** and who had work may get more. */
const workMs = 30_000;
const tickMs = 500;
/** Orders of one tick: a thousand at once would hold up everything else. */
const mostOrders = 200;

/** How often each machine tells how it does: as often as somebody looks or work runs there, seldom else. */
export interface HeartbeatPace {
  /** Somebody asked for the machines. */
  looked(): void;
  start(): void;
  stop(): void;
}

export function createHeartbeatPace(options: {
  states: () => readonly NodeState[];
  setPace: (nodeId: NodeId, paceMs: number) => void;
  slotsBusy: (nodeId: NodeId) => number;
  /** Pages that follow the machines are open. */
  isWatched: () => boolean;
  /** Somebody follows what this one machine says. */
  isFollowed: (nodeId: NodeId) => boolean;
  send: (nodeId: NodeId, order: Order) => Promise<void>;
  now: () => number;
}): HeartbeatPace {
  const { states, now } = options;
  let lookedAt = -Infinity;
  let timer: ReturnType<typeof setInterval> | undefined;
  const workedAt = new Map<NodeId, number>();

  // One that has just connected may not listen for orders yet, and begins at the usual pace once it does.
  const follows = ({ document, presence, sendsMetrics }: NodeState): boolean =>
    document.membership === 'joined' &&
    presence === 'active' &&
    sendsMetrics &&
    document.inventory?.features?.includes(agentFeatures.pace) === true;

  function worksThere(nodeId: NodeId, at: number): boolean {
    if (options.slotsBusy(nodeId) > 0) workedAt.set(nodeId, at);
    const last = workedAt.get(nodeId);
    if (last === undefined) return false;
    if (at - last < workMs) return true;
    workedAt.delete(nodeId);
    return false;
  }

  function tick(): void {
    const at = now();
    const followers = states().filter(follows);
    const isUsual = followers.length <= fewMachines || options.isWatched() || at - lookedAt < lookMs;
    let orders = 0;
    for (const { document, pace } of followers) {
      const works = worksThere(document.id, at);
      const heartbeatMs = isUsual || works || options.isFollowed(document.id) ? usualPaceMs : slowMs;
      if (pace.ms === heartbeatMs) continue;
      options.setPace(document.id, heartbeatMs);
      // What is lost with its connection is said again on the next, which begins at the usual pace.
      options.send(document.id, { type: 'pace', heartbeatMs }).catch(() => undefined);
      orders += 1;
      if (orders === mostOrders) return;
    }
  }

  return {
    looked() {
      const isNew = now() - lookedAt >= lookMs;
      lookedAt = now();
      if (isNew && timer !== undefined) tick();
    },
    start() {
      timer = setInterval(tick, tickMs);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
