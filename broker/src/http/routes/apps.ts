import { contract } from '@meshdeck/shared/api';
import type { AppRepository } from '../../apps/index.js';
import type { FileOwners } from '../../files/file-owners.js';
import type { UploadQuota } from '../../files/upload-quota.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { receiveUpload } from '../raw-uploads.js';
import type { OwnerOf } from '../route-access.js';
import { serve } from '../serve.js';
import { callerOf, submitterOf } from '../submitter.js';

export interface AppRouteDependencies {
  apps: Pick<AppRepository, 'list' | 'get' | 'push' | 'remember' | 'remove'>;
  fileOwners: Pick<FileOwners, 'add'>;
  quota: UploadQuota;
}

export function appRoutes(app: PeopleApp, { apps, fileOwners, quota }: AppRouteDependencies): void {
  // Who pushed an app of the lab first has no say in it by that: it is the lab's.
  const owner: OwnerOf = async ({ name = '' }, { id }) =>
    (await apps.get(name, id)).whose === 'yours' ? id : null;

  serve(app, contract.apps.list, async (asked, request) => {
    const { page, nextCursor } = pageOf(
      await apps.list(callerOf(request).id),
      asked,
      ({ ref }) => ref,
      ({ files }) => 10 + files.length,
    );
    return { apps: page, nextCursor };
  });

  serve(app, contract.apps.get, ({ name }, request) => apps.get(name, callerOf(request).id));

  serve(
    app,
    contract.apps.remember,
    async ({ name, body }, request) => {
      const view = await apps.remember(name, body, submitterOf(request));
      request.auditTarget = view.ref;
      return view;
    },
    { owner },
  );

  serve(app, contract.apps.remove, ({ name }, request) => apps.remove(name, submitterOf(request)), { owner });

  serve(app, contract.apps.push, async ({ filename }, request, reply) => {
    const by = submitterOf(request);
    const view = await receiveUpload(request, reply, {
      work: (stream, announced) =>
        quota.take({ personId: by.id, announced, unpacks: true }, async (maxBytes) => {
          const pushed = await apps.push({ stream, filename, by, maxBytes });
          await fileOwners.add(pushed.bundle, by.id);
          return pushed;
        }),
    });
    request.auditTarget = view.ref;
    return view;
  });
}
