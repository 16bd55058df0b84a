import {
  appManifestSchema,
  fileReferenceSchema,
  readingOptionsSchema,
  timestampSchema,
  type AppView,
} from '@meshdeck/shared';
import * as z from 'zod';

export const appVersionSchema = z.object({
  /** First 12 digits of the bundle's hash. */
  version: z.string(),
  manifest: appManifestSchema,
  inferred: z.boolean(),
  bundle: fileReferenceSchema,
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative() })),
  pushedAt: timestampSchema,
});
export type AppVersion = z.infer<typeof appVersionSchema>;

/** An app as stored: `id` is its name, the version pushed last comes first. */
export const appRecordSchema = z.object({
  id: z.string(),
  versions: z.array(appVersionSchema).min(1),
  /** Who pushed it first. */ owner: z.object({ id: z.string(), name: z.string() }).nullable().optional(),
  /** How its tables are to be read, where somebody has said so; for every version. */
  reading: readingOptionsSchema.optional(),
});
export type AppRecord = z.infer<typeof appRecordSchema>;

/** The part of a document collection that the repository needs. */
export interface AppDocuments {
  all(): Promise<AppRecord[]>;
  get(id: string): Promise<AppRecord | null>;
  put(record: AppRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

/** More than anyone goes back; what is older may be collected. */
const versionsKept = 20;

/** The record after a push: the version in front, once, whether it is new or came again. */
export function withVersion(
  record: AppRecord | null,
  name: string,
  pushed: AppVersion,
  owner: AppRecord['owner'] = null,
): AppRecord {
  const others = (record?.versions ?? []).filter(({ version }) => version !== pushed.version);
  return {
    ...(record?.reading !== undefined && { reading: record.reading }),
    id: name,
    versions: [pushed, ...others].slice(0, versionsKept),
    owner: record === null ? owner : (record.owner ?? null),
  };
}

export function appView(record: AppRecord): AppView {
  const [current, ...older] = record.versions;
  if (current === undefined) throw new Error(`App ${record.id} has no versions.`);
  const { manifest, ...rest } = current;
  return {
    ...rest,
    manifest,
    name: record.id,
    title: manifest.title ?? record.id,
    description: manifest.description ?? '',
    owner: record.owner ?? null,
    reading: record.reading ?? {},
    olderVersions: older.map(({ version, pushedAt }) => ({ version, pushedAt })),
  };
}
