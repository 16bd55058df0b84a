import type { FilesModule } from '../files/module.js';
import type { UploadsModule } from '../files/uploads-module.js';
import type { HubModule } from '../module.js';
import { createTableConversions, type TableConversions } from './conversions.js';

export interface ConversionModule extends HubModule {
  tables: TableConversions;
}

/** Workbooks, Parquet and JSON as tables. */
export function createConversionModule(options: {
  files: FilesModule;
  uploads: UploadsModule;
}): ConversionModule {
  const { files, fileOwners } = options.files;
  const tables = createTableConversions({ files, fileOwners, quota: options.uploads.quota });
  return { name: 'conversion', tables, stop: () => tables.stop() };
}
