import type { HubView } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { LocalAccess } from '../../users/types.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface HubRouteDependencies {
  hubView: () => HubView;
  access: Pick<LocalAccess, 'createLink'>;
}

export function hubRoutes(app: PeopleApp, { hubView, access }: HubRouteDependencies): void {
  serve(app, contract.hub.view, () => hubView());

  serve(app, contract.hub.createLink, (_asked, request) => ({
    url: `${request.protocol}://${request.host}/login?link=${access.createLink(request.person?.id)}`,
  }));
}
