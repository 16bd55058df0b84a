import { contract } from '@meshdeck/shared/api';
import type { Secrets } from '../../secrets/secrets.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';
import { submitterOf } from '../submitter.js';

/** Values come in and never go out here: machines fetch them for their attempts. */
export function secretRoutes(
  app: PeopleApp,
  { secrets }: { secrets: Pick<Secrets, 'list' | 'set' | 'remove'> },
): void {
  serve(app, contract.secrets.list, (asked, request) => {
    const all = secrets.list(submitterOf(request));
    const { page, nextCursor } = pageOf(all, asked, ({ whose, name }) => `${whose} ${name}`);
    return { secrets: page, nextCursor };
  });

  serve(app, contract.secrets.set, ({ name, body }, request) => {
    request.auditTarget = name;
    request.auditDetail = body.lab ? "Secret of the lab's set." : 'Secret set.';
    return secrets.set({ name, ...body }, submitterOf(request));
  });

  serve(app, contract.secrets.remove, async ({ name, lab }, request) => {
    request.auditTarget = name;
    request.auditDetail = lab ? "Secret of the lab's removed." : 'Secret removed.';
    await secrets.remove({ name, lab }, submitterOf(request));
  });
}
