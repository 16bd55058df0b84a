import {
  appManifestSchema,
  fileReferenceSchema,
  knownIds,
  readingOptionsSchema,
  timestampSchema,
  type AppView,
  type PersonId,
} from '@meshdeck/shared';
import * as z from 'zod';
import { recordId, whoseIs } from './app-space.js';

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

/** An app as stored, the version pushed last first. */
export const appRecordSchema = z.object({
  /** `recordId` of space and name. */
  id: z.string(),
  /** Left out in records from before apps had spaces; their id is the name. */
  name: z.string().optional(),
  space: z.string().optional(),
  versions: z.array(appVersionSchema).min(1),
  /** Who pushed it first. */ owner: z
    .object({ id: knownIds.person, name: z.string() })
    .nullable()
    .optional(),
  /** How its tables are to be read, where somebody has said so; for every version. */
  reading: readingOptionsSchema.optional(),
});
export type StoredApp = z.infer<typeof appRecordSchema>;
/** The same, taken over from whichever version. */
export type AppRecord = StoredApp & { name: string; space: string };

/** The part of a document collection that the repository needs. */
export interface AppDocuments {
  all(): Promise<StoredApp[]>;
  get(id: string): Promise<StoredApp | null>;
  put(record: StoredApp): Promise<void>;
  remove(id: string): Promise<boolean>;
}

/** More than anyone goes back; what is older may be collected. */
const versionsKept = 20;

/** The record after a push: the version in front, once, whether it is new or came again. */
export function withVersion(
  record: AppRecord | null,
  { space, name }: Pick<AppRecord, 'space' | 'name'>,
  pushed: AppVersion,
  owner: AppRecord['owner'] = null,
): AppRecord {
  const others = (record?.versions ?? []).filter(({ version }) => version !== pushed.version);
  return {
    ...(record?.reading !== undefined && { reading: record.reading }),
    id: recordId(space, name),
    name,
    space,
    versions: [pushed, ...others].slice(0, versionsKept),
    owner: record === null ? owner : (record.owner ?? null),
  };
}

/** As `personId` sees it. */
export function appView(record: AppRecord, personId?: PersonId): AppView {
  const [current, ...older] = record.versions;
  if (current === undefined) throw new Error(`App ${record.id} has no versions.`);
  const { manifest, ...rest } = current;
  return {
    ...rest,
    manifest,
    name: record.name,
    ref: `${record.space}/${record.name}`,
    whose: whoseIs(record.space, personId),
    title: manifest.title ?? record.name,
    description: manifest.description ?? '',
    owner: record.owner ?? null,
    reading: record.reading ?? {},
    olderVersions: older.map(({ version, pushedAt }) => ({ version, pushedAt })),
  };
}
