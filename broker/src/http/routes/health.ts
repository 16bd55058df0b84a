import { contract } from '@meshdeck/shared/api';
import type { Health } from '../../hub-facts.js';
import type { PeopleApp } from '../fastify.js';
import { isOverLan } from '../origin-check.js';
import { serve } from '../serve.js';

export interface HealthRouteDependencies {
  /** Cheap: asked every few seconds by whoever watches the hub. */
  health: () => Health;
}

/** Open to everybody: whoever watches the hub has no token. */
export function healthRoute(app: PeopleApp, { health }: HealthRouteDependencies): void {
  serve(app, contract.hub.health, (_asked, request, reply) => {
    reply.header('cache-control', 'no-store');
    const { status, services: states } = health();
    // Messages name addresses and files, which is nobody's business on the network.
    const isStranger = isOverLan(request.raw) && request.person === null;
    return { status, services: isStranger ? states.map((one) => ({ ...one, message: null })) : states };
  });
}
