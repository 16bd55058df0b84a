import {
  madeTableReading,
  MeshdeckError,
  type AppManifest,
  type AskedSource,
  type FileReference,
  type PersonId,
  type ReadingOptions,
  type TableFormat,
  type TableSource,
} from '@meshdeck/shared';
import { formatHeadBytes, tableFormat } from '@meshdeck/shared/csv';
import { createLruMap } from '@meshdeck/shared/runtime';
import { inTurn } from '../fairness/in-turn.js';
import { createShare } from '../fairness/shares.js';
import type { FileOwners } from '../files/file-owners.js';
import type { FileStore } from '../files/types.js';
import type { UploadQuota } from '../files/upload-quota.js';
import { SheetQuestion } from './refusal.js';
import { convertInChild, type ChildLimits } from './run-child.js';

/** What an app is to work on. */
export interface TakenTable {
  input: FileReference;
  /** What it was made of; left out where the file was given as a table, or the app reads it by itself. */
  source?: AskedSource;
  /** The file is none of text, and the app gets it as it is. */
  isForApp?: true;
}

export interface TableRequest {
  file: FileReference;
  /** The sheet that was asked for. */
  sheet?: string | undefined;
  app: { name: string; manifest: Pick<AppManifest, 'runtime' | 'inputs'> };
  personId: PersonId;
}

/** Turns what is given as a table into the CSV that a model or app reads: workbooks, Parquet, JSON. */
export interface TableConversions {
  /**
   * The table itself where it is text. What was made of a file once is found again.
   * @throws MeshdeckError `csv-malformed`, `csv-empty`, `too-large`, `limit-reached`, `too-many-requests`,
   *   `invalid-request` (a sheet of what has none), and `SheetQuestion`
   */
  take(request: TableRequest, signal?: AbortSignal): Promise<TakenTable>;
  stop(): Promise<void>;
}

const usualLimits: ChildLimits = { seconds: 120, heapMb: 512 };
/** Of one CSV, however small the file that it is made of. */
const mostCsvBytes = 4 * 1024 ** 3;
const mostRemembered = 1000;
/** A process works for a while on a core, so few at once, and one of each person's. */
const share = { perCaller: 1, inAll: 2, line: 1000 };

/** How the table of a model is read: the form of one that the hub has made is known. */
export const readingOfTable = (
  reading: ReadingOptions,
  { source }: { source?: TableSource | undefined },
): ReadingOptions => (source === undefined ? reading : { ...reading, ...madeTableReading(source) });

const csvName = (name: string) => `${name.replace(/\.[A-Za-z0-9]{1,8}$/, '')}.csv`.slice(-255);

type Remembered = Omit<AskedSource, 'file'> & { csv: FileReference };

export function createTableConversions(options: {
  files: Pick<FileStore, 'open' | 'put' | 'locate' | 'touch'>;
  fileOwners: Pick<FileOwners, 'add' | 'has'>;
  quota: UploadQuota;
  limits?: ChildLimits;
  modulePath?: string;
}): TableConversions {
  const { files, fileOwners, quota, limits = usualLimits } = options;
  const formats = createLruMap<string, TableFormat | null>(mostRemembered);
  const made = createLruMap<string, Remembered>(mostRemembered);
  const underWay = new Map<string, Promise<Remembered>>();
  const enter = createShare(share);
  const stopping = new AbortController();

  async function formatOf({ sha256, bytes }: FileReference): Promise<TableFormat | null> {
    const known = formats.get(sha256);
    if (known !== undefined) return known;
    if (bytes === 0) return null;
    const { stream } = await files.open(sha256, { start: 0, end: formatHeadBytes - 1 });
    const format = tableFormat(Buffer.concat(await stream.toArray()));
    formats.set(sha256, format);
    return format;
  }

  async function convert({ file, sheet, personId }: TableRequest, format: TableFormat): Promise<Remembered> {
    const { signal } = stopping;
    const store = (text: AsyncIterable<Uint8Array>) =>
      quota.take({ personId, announced: null, unpacks: true }, async (maxBytes) => {
        const csv = await files.put(text, {
          name: csvName(file.name),
          maxBytes: Math.min(maxBytes, mostCsvBytes),
        });
        await fileOwners.add(csv, personId);
        return csv;
      });
    const path = await files.locate(file.sha256);
    const request = { format, path, name: file.name, ...(sheet !== undefined && { sheet }) };
    const { modulePath } = options;
    const {
      file: csv,
      type: _done,
      ...facts
    } = await inTurn(enter(personId), signal, () =>
      convertInChild({ request, limits, store, signal, modulePath }),
    );
    return { csv, format, ...facts };
  }

  /** The same question at once is answered once; names of files are in the answer's sentences, so they are part of it. */
  async function remembered(request: TableRequest, format: TableFormat): Promise<Remembered> {
    const key = JSON.stringify([request.file.sha256, request.file.name, request.sheet]);
    const known = made.get(key);
    if (known !== undefined && (await files.touch(known.csv.sha256))) return known;
    // What one may not keep another may.
    const own = `${request.personId} ${key}`;
    const running = underWay.get(own);
    if (running !== undefined) return running;
    const begun = convert(request, format).finally(() => underWay.delete(own));
    underWay.set(own, begun);
    const done = await begun;
    made.set(key, done);
    return done;
  }

  /** Whoever has the file has what was made of it, also where another asked first: it counts like an upload. */
  async function keep(csv: FileReference, personId: PersonId): Promise<void> {
    if (fileOwners.has(csv.sha256, personId)) return;
    await quota.take({ personId, announced: csv.bytes, unpacks: false }, () => fileOwners.add(csv, personId));
  }

  return {
    async take(request, signal) {
      const { file, sheet, app, personId } = request;
      const { runtime, inputs } = app.manifest;
      const format = await formatOf(file);
      if (sheet !== undefined && format !== 'xlsx') {
        throw new MeshdeckError(
          'invalid-request',
          `${file.name} is no workbook, so it has no sheet to choose: leave --sheet out.`,
        );
      }
      if (format === null) return { input: file };
      if (runtime !== 'onnx' && inputs.csv.convert !== true) {
        if (sheet === undefined) return { input: file, isForApp: true };
        throw new MeshdeckError(
          'invalid-request',
          `${app.name} gets ${file.name} as it is and reads its sheets by itself: leave --sheet out.`,
        );
      }
      const { csv, ...facts } = await remembered(request, format);
      signal?.throwIfAborted();
      await keep(csv, personId);
      return { input: { ...csv, name: csvName(file.name) }, source: { file, ...facts } };
    },
    async stop() {
      stopping.abort(new MeshdeckError('cancelled', 'The hub is stopping.'));
      await Promise.allSettled(underWay.values());
    },
  };
}

/** What a dry run can say of the file when it was refused. */
export const sourceOfRefusal = (file: FileReference, error: unknown): AskedSource | undefined =>
  error instanceof SheetQuestion ? { file, format: 'xlsx', notes: [], sheets: [...error.sheets] } : undefined;
