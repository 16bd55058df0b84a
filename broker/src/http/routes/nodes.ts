import { contract } from '@meshdeck/shared/api';
import type { NodeServices } from '../../nodes/node-services.js';
import type { People } from '../../users/people.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';

export interface NodeRouteDependencies {
  nodes: NodeServices;
  people: Pick<People, 'accounts'>;
}

export function nodeRoutes(app: PeopleApp, { nodes, people }: NodeRouteDependencies): void {
  const owner = ({ id = '' }) => nodes.get(id).owner?.id ?? null;

  serve(app, contract.nodes.list, (asked) => {
    const { page, nextCursor } = pageOf(
      nodes.list(),
      asked,
      ({ id }) => id,
      // What a machine says it has is some kilobytes.
      ({ inventory }) => (inventory === null ? 1 : 25),
    );
    return { nodes: page, nextCursor };
  });

  serve(app, contract.nodes.get, ({ id }) => nodes.get(id));

  serve(app, contract.nodes.patch, ({ id, body }) => nodes.patch(id, body), { owner });

  serve(app, contract.nodes.approve, ({ id, body }) => nodes.approve(id, body));

  serve(app, contract.nodes.act, ({ id, action }) => nodes.act(id, action), { owner });

  serve(app, contract.nodes.remove, ({ id }) => nodes.remove(id), { owner });

  serve(app, contract.nodes.give, ({ id, body: { owner: ref } }, request) => {
    const account = ref === null ? null : people.accounts.find(ref);
    request.auditDetail = account === null ? 'To the room.' : `To ${account.email}.`;
    return nodes.give(id, account === null ? null : { id: account.id, name: account.name });
  });
}
