import { contract } from '@meshdeck/shared/api';
import type { JoinTokens } from '../../pairing/join-tokens.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';

export interface JoinTokenRouteDependencies {
  joinTokens: Pick<JoinTokens, 'list' | 'create' | 'revoke'>;
}

export function joinTokenRoutes(app: PeopleApp, { joinTokens }: JoinTokenRouteDependencies): void {
  serve(app, contract.joinTokens.list, (asked) => {
    const { page, nextCursor } = pageOf(joinTokens.list(), asked, ({ id }) => id);
    return { joinTokens: page, nextCursor };
  });

  serve(app, contract.joinTokens.create, ({ body }) => joinTokens.create(body));

  serve(app, contract.joinTokens.remove, ({ id }) => joinTokens.revoke(id));
}
