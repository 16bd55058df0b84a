import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  MeshdeckError,
  manifestFileName,
  type AppManifest,
  type AppView,
  type FileReference,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import type { Submitter } from '../http/services.js';
import { openAppDirectory, withoutCopies } from './app-directory.js';
import { appView, withVersion, type AppDocuments, type AppRecord, type AppVersion } from './app-record.js';
import { recordId, sampleSpace, spaceOf } from './app-space.js';
import { bundleStream } from './bundle.js';
import { usualPackageLimits, type PackageLimits } from './limits.js';
import { inferManifest, readManifest } from './manifest.js';
import { checkOnnxShape } from './onnx-shape.js';
import { readFolder } from './read-folder.js';
import { unpackUpload, type OpenPackage } from './unpack-upload.js';

/** What a job needs to run one version of an app. */
export interface ResolvedApp {
  name: string;
  /** Names this app and no other. */
  ref: string;
  title: string;
  version: string;
  manifest: AppManifest;
  bundle: FileReference;
}

export interface AppRepository {
  /** What is the same by content once; as this person sees them, or the lab. */
  list(personId?: string): Promise<AppView[]>;
  /** What `ref` (a name, or `OWNER/NAME`) means for this person, or for the lab. @throws MeshdeckError `not-found` */
  get(ref: string, personId?: string): Promise<AppView>;
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
    wanted?: { version?: string | undefined; personId?: string | undefined },
  ): Promise<ResolvedApp>;
  /** An app of that name with that very content, whosever it is. @throws `not-found` */
  resolveContent(name: string, bundleSha256: string): Promise<ResolvedApp>;
  remove(ref: string, personId?: string): Promise<void>;
  /** Hashes of every bundle held, for `FileStore.collect`. */
  bundles(): Promise<Set<string>>;
}

/** Apps by name, in versions named by content. `dir` is for unpacking and is emptied at start. */
export async function createAppRepository(options: {
  dir: string;
  files: Pick<FileStore, 'put'>;
  documents: AppDocuments;
  logger: Logger;
  now?: () => number;
  limits?: Partial<PackageLimits>;
  /** Whether this person's apps are the lab's, for those from before apps had spaces. */
  isOfLab?: (personId: string) => boolean;
}): Promise<AppRepository> {
  const { dir, files, documents, logger, now = Date.now, isOfLab = () => true } = options;
  const directory = await openAppDirectory({ documents, isOfLab });
  const limits = { ...usualPackageLimits, ...options.limits };
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });

  let tail: Promise<unknown> = Promise.resolve();
  /** Read, change, write of a record; two pushes of one app may not lose a version. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
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

  function resolved({ name, space }: AppRecord, version: AppVersion): ResolvedApp {
    const { manifest, bundle } = version;
    const ref = `${space}/${name}`;
    return { name, ref, title: manifest.title ?? name, version: version.version, manifest, bundle };
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
    async resolveContent(name, bundleSha256) {
      for (const record of await directory.all()) {
        const same = record.versions.find(({ bundle }) => bundle.sha256 === bundleSha256);
        if (record.name === name && same !== undefined) return resolved(record, same);
      }
      throw new MeshdeckError(
        'not-found',
        `The app "${name}" has no version "${bundleSha256.slice(0, 12)}" any more. Push it again to run it again.`,
      );
    },
    async remove(ref, personId) {
      await inTurn(async () => {
        const { id } = await directory.find(ref, personId);
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
