import { fileRoutes } from '../http/routes/files.js';
import type { HubModule } from '../module.js';
import type { People } from '../users/index.js';
import type { FilesModule } from './module.js';
import { createUploadQuota, type UploadQuota } from './upload-quota.js';

export interface UploadsModule extends HubModule {
  quota: UploadQuota;
  /** Of one upload of anybody. */
  limitBytes: number;
}

const usualUploadLimitBytes = 64 * 1024 ** 3;

/** What people bring, each within their share. */
export function createUploadsModule(options: {
  files: FilesModule;
  people: Pick<People, 'limitsOf'>;
  uploadLimitBytes: number | undefined;
}): UploadsModule {
  const { files, fileOwners } = options.files;
  const { uploadLimitBytes: limitBytes = usualUploadLimitBytes } = options;
  const quota = createUploadQuota({ limitsOf: options.people.limitsOf, fileOwners, mostBytes: limitBytes });
  return {
    name: 'uploads',
    quota,
    limitBytes,
    routes: (app) => fileRoutes(app, { files, fileOwners, quota }),
  };
}
