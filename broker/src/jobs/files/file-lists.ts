import {
  fileListSchema,
  metricsName,
  readMetrics,
  type FileList,
  type FileReference,
  type OutputFiles,
  type RunMetrics,
} from '@meshdeck/shared';
import { createLruMap } from '@meshdeck/shared/runtime';
import type { FileStore } from '../../files/types.js';
import type { KeptFiles } from '../attempts/job-state-machine.js';

/** Ten thousand paths at their longest, each sign of them escaped, are less. */
const mostListBytes = 20 * 1024 * 1024;
/** Of a `metrics.json`: figures, not tables. */
const mostMetricsBytes = 256 * 1024;
/** Lists that are remembered as they were read. */
const remembered = 20;

/** The lists of what attempts left, which lie among the files they name. */
export interface JobFileLists {
  /** @throws MeshdeckError `not-found`; ZodError where it is no list */
  read(list: Pick<FileReference, 'sha256'>): Promise<FileList>;
  /** The files as they are kept with a task; null where one of them, or the list, is not here or is not what it should be. */
  check(files: OutputFiles): Promise<KeptFiles | null>;
  /** Hashes of the files it names; none where it is not here. */
  filesOf(sha256: string): Promise<string[]>;
}

export function createJobFileLists({ files }: { files: Pick<FileStore, 'open' | 'size'> }): JobFileLists {
  const known = createLruMap<string, FileList>(remembered);

  async function textOf(sha256: string): Promise<string> {
    const { stream } = await files.open(sha256);
    return Buffer.concat(await stream.toArray()).toString('utf8');
  }

  async function read({ sha256 }: Pick<FileReference, 'sha256'>): Promise<FileList> {
    const list = known.get(sha256) ?? fileListSchema.parse(JSON.parse(await textOf(sha256)));
    known.set(sha256, list);
    return list;
  }

  async function metricsOf({ files: listed }: FileList): Promise<RunMetrics | undefined> {
    const file = listed.find(({ path }) => path === metricsName);
    if (file === undefined) return undefined;
    if (file.bytes > mostMetricsBytes)
      return {
        figures: {},
        problem: `${metricsName} is larger than ${mostMetricsBytes / 1024} KiB: write figures into it, not tables.`,
      };
    return readMetrics(await textOf(file.sha256));
  }

  async function areAllHere({ files: listed }: FileList): Promise<boolean> {
    for (const { sha256, bytes } of listed) if ((await files.size(sha256)) !== bytes) return false;
    return true;
  }

  return {
    read,
    async check({ list, files: count, bytes }) {
      const listBytes = await files.size(list.sha256);
      if (listBytes === null || listBytes > mostListBytes) return null;
      const found = await read(list).catch(() => null);
      if (found === null || found.files.length !== count || !(await areAllHere(found))) return null;
      const metrics = await metricsOf(found);
      return { list, files: count, bytes, ...(metrics !== undefined && { metrics }) };
    },
    async filesOf(sha256) {
      if ((await files.size(sha256)) === null) return [];
      return (await read({ sha256 })).files.map((file) => file.sha256);
    },
  };
}
