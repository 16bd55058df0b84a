import type { FileReference, NetworkNeed, NodeId, RunOrder } from '@meshdeck/shared';
import type { FileStore } from '../../files/types.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';

/** A table up to this size goes with its order: fetching it would take longer than most work on it. */
const inlineInputBytes = 16 * 1024;
/** The same for machines that take large orders; what comes with the report may be as large. */
const largeInputBytes = 256 * 1024;
/** Whether a table goes with its order: no machine has to fetch it. */
const goesAlong = ({ bytes }: { bytes: number }): boolean => bytes <= inlineInputBytes;

/**
 * What a machine fetches for a task and may have at hand, named inputs too. Left out is what is too small to be worth a
 * thought: a table that goes along, and named inputs of that size.
 */
export function fetchedFiles(
  job: Pick<JobDocument, 'input' | 'inputs'>,
  task?: TaskDocument,
): FileReference[] {
  const files = [task?.shard?.file ?? job.input, ...(job.inputs ?? [])].filter((file) => !goesAlong(file));
  return [...new Map(files.map((file) => [file.sha256, file])).values()];
}

/** A result up to this size comes with the report of it. */
export const inlineResultBytes = 256 * 1024;
/** Small tables that many jobs work on are read once; characters of base64 kept for that. */
const rememberedCharacters = 8_000_000;

/** Places go beside `network`: an agent from before there were any takes it for all of the network, as it did. */
function networkAccess(need: NetworkNeed | undefined): { network: boolean; places?: string[] } {
  if (typeof need === 'object') return { network: true, places: need };
  return { network: need ?? false };
}

export type MakeRunOrder = (
  job: JobDocument,
  task: TaskDocument,
  attempt: AttemptDocument,
) => Promise<RunOrder>;

const charactersOf = (bytes: number) => 4 * Math.ceil(bytes / 3);

/** `files` holds the tables and gives their shards; `takesLarge`: the machine takes orders with larger tables. */
export function createRunOrders(
  files: Pick<FileStore, 'open'>,
  takesLarge: (nodeId: NodeId) => boolean,
  remembers = true,
): MakeRunOrder {
  const remembered = new Map<string, { bytes: number; content: Promise<string | undefined> }>();
  let characters = 0;

  function forget(sha256: string): void {
    characters -= charactersOf(remembered.get(sha256)?.bytes ?? 0);
    remembered.delete(sha256);
  }

  /** Base64; undefined where it cannot be read: then the machine hears why when it fetches it. */
  async function read(sha256: string): Promise<string | undefined> {
    try {
      const { stream } = await files.open(sha256);
      return Buffer.concat(await stream.toArray()).toString('base64');
    } catch {
      forget(sha256);
      return undefined;
    }
  }

  function contentOf({ sha256, bytes }: FileReference, nodeId: NodeId): Promise<string | undefined> {
    const most = takesLarge(nodeId) ? largeInputBytes : inlineInputBytes;
    if (bytes > most) return Promise.resolve(undefined);
    if (!remembers) return read(sha256);
    const content = remembered.get(sha256)?.content ?? read(sha256);
    forget(sha256);
    remembered.set(sha256, { bytes, content });
    characters += charactersOf(bytes);
    for (const oldest of remembered.keys()) {
      if (characters <= rememberedCharacters) break;
      forget(oldest);
    }
    return content;
  }

  return async (job, task, attempt) => {
    const input = task.shard?.file ?? job.input;
    const { graceSeconds, ...limits } = job.limits;
    const inputContent = await contentOf(input, attempt.nodeId);
    return {
      type: 'run',
      attemptId: attempt.id,
      jobId: job.id,
      token: attempt.token,
      app: {
        name: job.app.name,
        version: job.app.version,
        runtime: job.app.runtime,
        entry: job.entry,
        bundle: job.app.bundle,
      },
      input,
      ...(inputContent !== undefined && { inputContent }),
      inlineResultBytes,
      limits,
      // A model has no output folder of its own.
      ...(job.app.runtime !== 'onnx' && {
        outputs: { predictions: job.makesPredictions !== false, graceSeconds },
      }),
      ...(task.shard !== null && job.form !== undefined && { form: job.form }),
      ...(job.options.reading !== undefined && { reading: job.options.reading }),
      ...(job.inputs !== undefined && { inputs: job.inputs }),
      ...(job.options.env !== undefined && { env: job.options.env }),
      ...(job.options.secrets !== undefined && { secrets: job.options.secrets }),
      ...(job.options.params !== undefined && {
        params: { values: job.options.params, arguments: job.arguments ?? [] },
      }),
      access: { ...networkAccess(job.needs.network), gpu: job.needs.gpu },
    };
  };
}
