import { contract } from '@meshdeck/shared/api';
import type { People } from '../../users/people.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface KeyRouteDependencies {
  people: Pick<People, 'keys'>;
}

export function keyRoutes(app: PeopleApp, { people: { keys } }: KeyRouteDependencies): void {
  serve(app, contract.keys.list, (asked, request) => {
    const all = keys.list(callerOf(request), request.reach);
    const { page, nextCursor } = pageOf(all, asked, ({ id }) => id);
    return { keys: page, nextCursor };
  });

  serve(app, contract.keys.create, ({ body }, request) => {
    request.auditDetail = `For ${body.scopes.join(', ')}.`;
    return keys.create(callerOf(request), body);
  });

  serve(app, contract.keys.revoke, ({ id }) => keys.revoke(id), {
    owner: ({ id = '' }) => keys.ownerOf(id),
  });
}
