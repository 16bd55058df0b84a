import type { AppView, CheckQuestion, FileReference, PreparedSample } from '@meshdeck/shared';
import { excerptBytes, formatHeadBytes, tableExcerpt, tableFormat } from '@meshdeck/shared/csv';
import { api } from '../../api/index.js';
import { isOfPictures } from './picture-files.js';

/** A table of up to so many bytes is sent whole for a dry run: the run that follows needs it anyway. */
const wholeBytes = 32 * excerptBytes;

type OnProgress = (fraction: number) => void;

/** What was sent to the hub from this page: each file once, however often it is asked for. */
export class UploadedFiles {
  #apps = new WeakMap<File, Promise<AppView>>();
  #tables = new WeakMap<File, Promise<FileReference>>();
  #excerpts = new WeakMap<File, Promise<CheckQuestion['input']>>();
  #samples = new Map<string, Promise<PreparedSample>>();

  app(file: File, onProgress: OnProgress): Promise<AppView> {
    return once(this.#apps, file, () => api.apps.push({ filename: file.name, body: { file, onProgress } }));
  }

  table(file: File, onProgress: OnProgress): Promise<FileReference> {
    return once(this.#tables, file, () => api.files.put({ name: file.name, body: { file, onProgress } }));
  }

  sample(name: string): Promise<PreparedSample> {
    return once(this.#samples, name, () => api.samples.prepare({ name }));
  }

  /** As much of a table as a dry run needs; of what has to be turned into one, all. */
  async toCheck(file: File, onProgress: OnProgress): Promise<CheckQuestion['input']> {
    if (file.size <= wholeBytes || !(await isText(file)) || (await isOfPictures(file))) {
      const { sha256 } = await this.table(file, onProgress);
      return { sha256, name: file.name };
    }
    return once(this.#excerpts, file, async () => {
      const { bytes, complete } = await tableExcerpt({
        sizeBytes: file.size,
        read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
      });
      const part = new Blob([bytes as Uint8Array<ArrayBuffer>]);
      const { sha256 } = await api.files.put({ name: file.name, body: { file: part } });
      return { sha256, name: file.name, excerpt: !complete };
    });
  }
}

const isText = async (file: File): Promise<boolean> =>
  tableFormat(new Uint8Array(await file.slice(0, formatHeadBytes).arrayBuffer())) === null;

/** What was begun before, unless it failed: then it is tried again. */
function once<Key extends WeakKey | string, T>(
  known: {
    get(key: Key): Promise<T> | undefined;
    set(key: Key, value: Promise<T>): unknown;
    delete(key: Key): boolean;
  },
  key: Key,
  begin: () => Promise<T>,
): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const begun = begin();
  known.set(key, begun);
  begun.catch(() => known.delete(key));
  return begun;
}
