import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  MeshdeckError,
  manifestFileName,
  saysNothing,
  type AppManifest,
  type AppView,
  type FileReference,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import type { Submitter } from '../http/services.js';
import { appView, withVersion, type AppDocuments, type AppRecord, type AppVersion } from './app-record.js';
import { bundleStream } from './bundle.js';
import { mostAppsOfOne, mostFilesOfOne, usualPackageLimits, type PackageLimits } from './limits.js';
import { inferManifest, readManifest } from './manifest.js';
import { checkOnnxShape } from './onnx-shape.js';
import { readFolder } from './read-folder.js';
import { requireModel } from './require-model.js';
import { unpackUpload, type OpenPackage } from './unpack-upload.js';

/** Apps held in memory beside the store. */
const mostKnown = 200;

/** What a job needs to run one version of an app. */
export interface ResolvedApp {
  name: string;
  title: string;
  version: string;
  manifest: AppManifest;
  bundle: FileReference;
  /** What it remembers of how its tables are to be read. */
  reading: ReadingOptions;
}

export interface AppRepository {
  list(): Promise<AppView[]>;
  /** @throws MeshdeckError `not-found` */
  get(name: string): Promise<AppView>;
  /** @throws MeshdeckError `app-invalid`, `archive-unsafe`, `model-invalid`, `too-large`, `transfer-failed` */
  push(upload: { stream: AsyncIterable<Uint8Array>; filename: string; by?: Submitter }): Promise<AppView>;
  /** An app folder on this machine. */
  pushFolder(path: string): Promise<AppView>;
  /** The version asked for (or an unambiguous beginning of it), else the one pushed last. @throws `not-found` */
  resolve(name: string, version?: string): Promise<ResolvedApp>;
  /** From now on, unless a check or job says otherwise. @throws `not-found`, `invalid-request` (it reads tables itself) */
  remember(name: string, reading: ReadingOptions): Promise<AppView>;
  remove(name: string): Promise<void>;
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
}): Promise<AppRepository> {
  const { dir, files, documents, logger, now = Date.now } = options;
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

  /** What was asked for last: every job asks. */
  const known = new Map<string, AppRecord>();

  async function find(name: string): Promise<AppRecord> {
    const record = known.get(name) ?? (await documents.get(name));
    if (record !== null) {
      if (known.size >= mostKnown) known.clear();
      known.set(name, record);
      return record;
    }
    throw new MeshdeckError(
      'not-found',
      `There is no app "${name}". "meshdeck apps list" shows those there are.`,
    );
  }

  /** Who keeps to their own does not change what others run, not even by a newer version. */
  async function requireOwn(name: string, by: Submitter | undefined): Promise<void> {
    const record = by?.reach === 'own' ? await documents.get(name) : null;
    if (record === null || record.owner?.id === by?.id) return;
    throw new MeshdeckError(
      'forbidden',
      `There is an app "${name}" of somebody else already. Give yours another name in its meshdeck.json or its file name.`,
    );
  }

  /** What is known of every version stays in memory. @throws MeshdeckError `limit-reached` */
  async function requireRoom(name: string, by: Submitter | undefined, files: number): Promise<void> {
    if (by?.reach !== 'own') return;
    const own = (await documents.all()).filter(({ owner }) => owner?.id === by.id);
    const more = 'Remove one that you need no more ("meshdeck apps remove").';
    if (own.length >= mostAppsOfOne && !own.some(({ id }) => id === name)) {
      throw new MeshdeckError('limit-reached', `You have ${own.length} apps and may have no more. ${more}`);
    }
    const all = own.flatMap(({ versions }) => versions).reduce((sum, one) => sum + one.files.length, files);
    if (all <= mostFilesOfOne) return;
    throw new MeshdeckError(
      'limit-reached',
      `Your apps would have ${all} files together, those of older versions too, and may have ${mostFilesOfOne}. ${more}`,
    );
  }

  async function keep(opened: OpenPackage, fallbackName: string, by?: Submitter): Promise<AppView> {
    const inferred = !opened.files.some(({ path }) => path === manifestFileName);
    const manifest = inferred
      ? inferManifest(opened.files, fallbackName)
      : await readManifest(opened.root, opened.files);
    await requireOwn(manifest.name, by);
    await requireRoom(manifest.name, by, opened.files.length);
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
      await requireOwn(manifest.name, by);
      const owner = by === undefined ? null : { id: by.id, name: by.name };
      const record = withVersion(await documents.get(manifest.name), manifest.name, pushed, owner);
      await documents.put(record).finally(() => known.delete(record.id));
      logger.info({ app: record.id, version: pushed.version }, 'app pushed');
      return appView(record);
    });
  }

  return {
    async list() {
      const records = await documents.all();
      return records.map(appView).sort((a, b) => a.name.localeCompare(b.name));
    },
    get: async (name) => appView(await find(name)),
    async push({ stream, filename, by }) {
      const folder = join(dir, randomUUID());
      try {
        const opened = await unpackUpload({ stream, filename, dir: folder, limits });
        return await keep(opened, filename.split(/[/\\]/).at(-1) ?? '', by);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async pushFolder(path) {
      return keep({ root: path, files: await readFolder(path, limits) }, basename(path));
    },
    async resolve(name, version) {
      const record = await find(name);
      const matching = record.versions.filter(
        (one) => version === undefined || one.version.startsWith(version),
      );
      const found = matching[0];
      if (found === undefined || (version !== undefined && matching.length > 1)) {
        throw new MeshdeckError(
          'not-found',
          `The app "${name}" has no version "${version}". It has ${record.versions.map((one) => one.version).join(', ')}.`,
        );
      }
      const { manifest, bundle } = found;
      const reading = manifest.runtime === 'onnx' ? (record.reading ?? {}) : {};
      return { name, title: manifest.title ?? name, version: found.version, manifest, bundle, reading };
    },
    remember(name, reading) {
      return inTurn(async () => {
        const { reading: _before, ...record } = await find(name);
        if (!saysNothing(reading)) requireModel(name, record.versions[0]?.manifest.runtime);
        const next: AppRecord = saysNothing(reading) ? record : { ...record, reading };
        await documents.put(next).finally(() => known.delete(name));
        return appView(next);
      });
    },
    async remove(name) {
      await find(name);
      await inTurn(() => documents.remove(name).finally(() => known.delete(name)));
      logger.info({ app: name }, 'app removed');
    },
    async bundles() {
      const records = await documents.all();
      return new Set(records.flatMap(({ versions }) => versions.map(({ bundle }) => bundle.sha256)));
    },
  };
}
