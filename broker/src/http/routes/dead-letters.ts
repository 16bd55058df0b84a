import { contract } from '@meshdeck/shared/api';
import type { DeadLetterServices } from '../../jobs/results/dead-letters.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';

export interface DeadLetterRouteDependencies {
  deadLetters: DeadLetterServices;
}

export function deadLetterRoutes(app: PeopleApp, { deadLetters }: DeadLetterRouteDependencies): void {
  serve(app, contract.deadLetters.list, ({ limit, before }, request) =>
    deadLetters.list({
      limit,
      ...(before === undefined ? {} : { before }),
      ...(request.reach === 'own' && { owner: submitterOf(request).id }),
    }),
  );

  serve(app, contract.deadLetters.rerun, ({ body }, request) =>
    deadLetters.rerun(body, submitterOf(request)),
  );

  serve(app, contract.deadLetters.dismiss, ({ body }, request) =>
    deadLetters.dismiss(body, submitterOf(request)),
  );
}
