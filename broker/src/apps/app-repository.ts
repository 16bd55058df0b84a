import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  MeshdeckError,
  manifestFileName,
  saysNothing,
  type AppManifest,
  type AppView,
  type FileReference,
  type PersonId,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import type { Submitter } from '../users/submitter.js';
import { openAppDirectory, withoutCopies } from './app-directory.js';
import { appView, withVersion, type AppDocuments, type AppRecord, type AppVersion } from './app-record.js';
import { parseAppRef, recordId, sampleSpace, spaceOf, spacesMeantBy } from './app-space.js';
import { bundleStream } from './bundle.js';
import { mostAppsOfOne, mostFilesOfOne, usualPackageLimits, type PackageLimits } from './limits.js';
import { inferManifest } from './infer-manifest.js';
import { readManifest } from './manifest.js';
import { checkOnnxShape } from './onnx-shape.js';
import { requireReadableList } from './package-lists.js';
import { readFolder } from './read-folder.js';
import { requireModel } from './require-model.js';
import { unpackUpload, type OpenPackage } from './unpack-upload.js';
import { createMutex, makeFolder } from '@meshdeck/shared/runtime';

/** Whoever asks for a change, and how far that reaches. */
type Caller = Pick<Submitter, 'id' | 'reach'>;

/** What a job needs to run one version of an app. */
export interface ResolvedApp {
  name: string;
  /** Names this app and no other. */
  ref: string;
  title: string;
  version: string;
  manifest: AppManifest;
  bundle: FileReference;
  /** What it remembers of how its tables are to be read. */
  reading: ReadingOptions;
}

export interface AppRepository {
  /** What is the same by content once; as this person sees them, or the lab. */
  list(personId?: PersonId): Promise<AppView[]>;
  /** What `ref` (a name, or `OWNER/NAME`) means for this person, or for the lab. @throws MeshdeckError `not-found` */
  get(ref: string, personId?: PersonId): Promise<AppView>;
  /**
   * Into the space of whoever pushes; left out, the lab's.
   * @throws MeshdeckError `app-invalid`, `archive-unsafe`, `model-invalid`, `too-large`, `transfer-failed`
   */
  push(upload: {
    stream: AsyncIterable<Uint8Array>;
    filename: string;
    by?: Submitter;
    /** The most it may be, as sent and as unpacked. */
    maxBytes?: number;
  }): Promise<AppView>;
  /** An app folder that came with Meshdeck, into the samples' space. */
  pushSample(path: string): Promise<AppView>;
  /** The version asked for (or an unambiguous beginning of it), else the one pushed last. @throws `not-found` */
  resolve(
    ref: string,
    wanted?: { version?: string | undefined; personId?: PersonId | undefined },
  ): Promise<ResolvedApp>;
  /**
   * An app of that name with that very content: the one of this `ref` where it has it still, else what this person means by
   * the name, else anybody's. @throws `not-found`
   */
  resolveContent(
    name: string,
    bundleSha256: string,
    wanted?: { ref?: string | undefined; personId?: PersonId | undefined },
  ): Promise<ResolvedApp>;
  /**
   * From now on, unless a check or job says otherwise. `by` reaches everybody's apps, or their own only; left out: the lab.
   * @throws `not-found`, `invalid-request` (it reads tables itself)
   */
  remember(ref: string, reading: ReadingOptions, by?: Caller): Promise<AppView>;
  /** `by` as for `remember`. @throws `not-found` */
  remove(ref: string, by?: Caller): Promise<void>;
  /** Hashes of every bundle held, for `FileStore.collect`. */
  bundles(): Promise<Set<string>>;
}

/** Apps by name, in versions named by content. `dir` is for unpacking and is emptied at start. */
const sameIn = (record: AppRecord | null, bundleSha256: string): AppVersion | undefined =>
  record?.versions.find(({ bundle }) => bundle.sha256 === bundleSha256);

export async function createAppRepository(options: {
  dir: string;
  files: Pick<FileStore, 'put'>;
  documents: AppDocuments;
  logger: Logger;
  now?: () => number;
  limits?: Partial<PackageLimits>;
  /** Whether this person's apps are the lab's, for those from before apps had spaces. */
  isOfLab?: (personId: PersonId) => boolean;
}): Promise<AppRepository> {
  const { dir, files, documents, logger, now = Date.now, isOfLab = () => true } = options;
  const directory = await openAppDirectory({ documents, isOfLab });
  const limits = { ...usualPackageLimits, ...options.limits };
  await rm(dir, { recursive: true, force: true });
  await makeFolder(dir);

  /** Read, change, write of a record; two pushes of one app may not lose a version. */
  const inTurn = createMutex();

  /** What is known of every version stays in memory. @throws MeshdeckError `limit-reached` */
  async function requireRoom(
    name: string,
    space: string,
    by: Submitter | undefined,
    files: number,
  ): Promise<void> {
    if (by?.reach !== 'own') return;
    const own = (await directory.all()).filter((record) => record.space === space);
    const more = 'Remove one that you need no more ("meshdeck apps remove").';
    if (own.length >= mostAppsOfOne && !own.some((record) => record.name === name)) {
      throw new MeshdeckError('limit-reached', `You have ${own.length} apps and may have no more. ${more}`);
    }
    const all = own.flatMap(({ versions }) => versions).reduce((sum, one) => sum + one.files.length, files);
    if (all <= mostFilesOfOne) return;
    throw new MeshdeckError(
      'limit-reached',
      `Your apps would have ${all} files together, those of older versions too, and may have ${mostFilesOfOne}. ${more}`,
    );
  }

  async function keep(
    opened: OpenPackage,
    fallbackName: string,
    { space, by }: { space: string; by?: Submitter | undefined },
  ): Promise<AppView> {
    const inferred = !opened.files.some(({ path }) => path === manifestFileName);
    const manifest = inferred
      ? inferManifest(opened.files, fallbackName)
      : await readManifest(opened.root, opened.files);
    await requireRoom(manifest.name, space, by, opened.files.length);
    await requireReadableList(opened.root, opened.files, manifest);
    if (manifest.runtime === 'onnx') await checkOnnxShape(join(opened.root, manifest.entry), manifest.entry);
    const bundle = await files.put(bundleStream(opened.root, opened.files), { name: `${manifest.name}.tar` });
    const pushed: AppVersion = {
      version: bundle.sha256.slice(0, 12),
      manifest,
      inferred,
      bundle,
      files: opened.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      pushedAt: now(),
    };
    return inTurn(async () => {
      const owner = by === undefined ? null : { id: by.id, name: by.name };
      const before = await directory.get(recordId(space, manifest.name));
      const record = withVersion(before, { space, name: manifest.name }, pushed, owner);
      await directory.put(record);
      logger.info({ app: record.id, version: pushed.version }, 'app pushed');
      return appView(record, by?.id);
    });
  }

  function resolved({ name, space, reading }: AppRecord, version: AppVersion): ResolvedApp {
    const { manifest, bundle } = version;
    return {
      name,
      ref: `${space}/${name}`,
      title: manifest.title ?? name,
      version: version.version,
      manifest,
      bundle,
      reading: manifest.runtime === 'onnx' ? (reading ?? {}) : {},
    };
  }

  /**
   * What they mean by `ref`, to change it. Within the change's own turn: a moment ago the same name may have meant an app
   * of their own, which is gone by now.
   */
  async function findReached(ref: string, by: Caller | undefined): Promise<AppRecord> {
    const record = await directory.find(ref, by?.id);
    if (by?.reach !== 'own' || record.space === by.id) return record;
    throw new MeshdeckError('not-found', `You have no app "${ref}" of your own.`);
  }

  return {
    list: async (personId) =>
      withoutCopies((await directory.all()).map((record) => appView(record, personId))),
    get: async (ref, personId) => appView(await directory.find(ref, personId), personId),
    async push({ stream, filename, by, maxBytes = Infinity }) {
      const folder = join(dir, randomUUID());
      const own = {
        ...limits,
        uploadBytes: Math.min(limits.uploadBytes, maxBytes),
        unpackedBytes: Math.min(limits.unpackedBytes, maxBytes),
      };
      try {
        const opened = await unpackUpload({ stream, filename, dir: folder, limits: own });
        return await keep(opened, filename.split(/[/\\]/).at(-1) ?? '', { space: spaceOf(by), by });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async pushSample(path) {
      const opened = { root: path, files: await readFolder(path, limits) };
      return keep(opened, basename(path), { space: sampleSpace });
    },
    async resolve(ref, { version, personId } = {}) {
      const record = await directory.find(ref, personId);
      const matching = record.versions.filter(
        (one) => version === undefined || one.version.startsWith(version),
      );
      const found = matching[0];
      if (found !== undefined && (version === undefined || matching.length === 1)) {
        return resolved(record, found);
      }
      throw new MeshdeckError(
        'not-found',
        `The app "${ref}" has no version "${version}". It has ${record.versions.map((one) => one.version).join(', ')}.`,
      );
    },
    async resolveContent(name, bundleSha256, { ref, personId } = {}) {
      const { owner } = parseAppRef(ref ?? name);
      const spaces = [...(owner === null ? [] : [owner]), ...spacesMeantBy(personId)];
      const meant = await Promise.all(spaces.map((space) => directory.get(recordId(space, name))));
      const others = meant.some((record) => sameIn(record, bundleSha256)) ? [] : await directory.all();
      for (const record of [...meant, ...others]) {
        const same = sameIn(record, bundleSha256);
        if (record?.name === name && same !== undefined) return resolved(record, same);
      }
      throw new MeshdeckError(
        'not-found',
        `The app "${name}" has no version "${bundleSha256.slice(0, 12)}" any more. Push it again to run it again.`,
      );
    },
    remember(ref, reading, by) {
      return inTurn(async () => {
        const { reading: _before, ...record } = await findReached(ref, by);
        if (!saysNothing(reading)) requireModel(record.name, record.versions[0]?.manifest.runtime);
        const next: AppRecord = saysNothing(reading) ? record : { ...record, reading };
        await directory.put(next);
        return appView(next, by?.id);
      });
    },
    async remove(ref, by) {
      await inTurn(async () => {
        const { id } = await findReached(ref, by);
        await directory.remove(id);
        logger.info({ app: id }, 'app removed');
      });
    },
    async bundles() {
      const records = await directory.all();
      return new Set(records.flatMap(({ versions }) => versions.map(({ bundle }) => bundle.sha256)));
    },
  };
}
