import { contract } from '@meshdeck/shared/api';
import type { CheckApi } from '../../checks/checks.js';
import { untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';

export interface CheckRouteDependencies {
  checks: CheckApi;
}

export function checkRoutes(app: PeopleApp, { checks }: CheckRouteDependencies): void {
  serve(app, contract.checks.run, ({ body }, request, reply) =>
    checks.check(body, submitterOf(request), untilClosed(reply)),
  );
}
