import { contract } from '@meshdeck/shared/api';
import type { SpeedApi } from '../../speeds/index.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';

export interface SpeedRouteDependencies {
  speeds: SpeedApi;
}

export function speedRoutes(app: PeopleApp, { speeds }: SpeedRouteDependencies): void {
  serve(app, contract.speeds.list, async (asked) => {
    const { page, nextCursor } = pageOf(
      await speeds.list(),
      asked,
      ({ bundleSha256 }) => bundleSha256,
      ({ machines }) => 1 + machines.length,
    );
    return { speeds: page, nextCursor };
  });
}
