import {
  changedReading,
  MeshdeckError,
  paramArguments,
  saysNothing,
  settleParams,
  type JobRequest,
  type NodeId,
  type PersonId,
  type TableSource,
} from '@meshdeck/shared';
import {
  requireBatch,
  requireModel,
  requireScript,
  type AppRepository,
  type ResolvedApp,
} from '../../apps/index.js';
import { readingOfTable, type TableConversions } from '../../conversion/index.js';
import { isPictureInput } from '../../files/picture-input.js';
import type { FileStore } from '../../files/types.js';
import type { Secrets } from '../../secrets/secrets.js';
import type { Submitter } from '../../users/submitter.js';
import { split } from '../attempts/job-state-machine.js';
import type { TableRows } from '../dispatch/table-rows.js';
import type { JobDocument } from '../job-document.js';
import { newJob } from '../new-job.js';
import { draftInputs } from './draft-inputs.js';

/**
 * The job as it is to be, not stored yet. `same`: the app, where it is known already.
 * @throws MeshdeckError `not-found` (app, table or machine), `invalid-request`
 */
export type DraftJob = (
  request: JobRequest,
  by: Submitter,
  same?: {
    app: ResolvedApp;
    /** How far its secrets go, where not as far as its files. */ reach: Submitter['reach'];
    /** What its table was made of, which is not made again. */ source?: TableSource | undefined;
  },
  /** Of whoever asks: a table may have to be made first. */
  signal?: AbortSignal,
) => Promise<JobDocument>;

/** What the app remembers, and what this job says on top of it. */
function readingOf(
  app: ResolvedApp,
  { options: { reading } }: JobRequest,
  table: { source?: TableSource | undefined },
) {
  const told = changedReading(app.reading, reading ?? {});
  const isModel = app.manifest.runtime === 'onnx';
  if (saysNothing(told))
    return isModel && table.source !== undefined ? readingOfTable(told, table) : undefined;
  requireModel(app.name, app.manifest.runtime);
  return readingOfTable(told, table);
}

/** What its script runs with; undefined where that is nothing. @throws MeshdeckError `invalid-request` */
function paramsOf(app: ResolvedApp, { options: { params: given = {} } }: JobRequest) {
  if (Object.keys(given).length > 0) requireScript(app.name, app.manifest.runtime, 'parameters');
  const params = settleParams(app.name, app.manifest.params, given);
  return Object.keys(params).length === 0 ? undefined : params;
}

/** @throws MeshdeckError `invalid-request` where a number of parts was asked for */
function requireWhole({ shards }: JobRequest['options']): void {
  if (typeof shards !== 'number' || shards === 1) return;
  throw new MeshdeckError(
    'invalid-request',
    'A run over pictures is not split over machines. Leave --shards out, or run several archives.',
  );
}

/** @throws MeshdeckError `invalid-request` */
function requireNoneTwice(env: Record<string, string> = {}, secrets: readonly string[]): void {
  const twice = secrets.find((name) => Object.hasOwn(env, name));
  if (twice === undefined) return;
  throw new MeshdeckError(
    'invalid-request',
    `"${twice}" is given as a variable and as a secret: leave one of them out.`,
  );
}

/** Without what a dry run tells besides. */
const keptSource = ({ file, format, sheet, notes, textNumbers }: TableSource): TableSource => ({
  ...{ file, format, notes },
  ...(sheet !== undefined && { sheet }),
  ...(textNumbers !== undefined && { textNumbers }),
});

export function createJobDrafts(options: {
  files: Pick<FileStore, 'size' | 'open'>;
  apps: Pick<AppRepository, 'resolve'>;
  tables: Pick<TableConversions, 'take'>;
  /** @throws MeshdeckError `not-found` */
  resolveNode: (ref: string) => NodeId;
  /** Rows of a table that was counted before: its job needs no look at it. */
  rowsOf: TableRows['of'];
  /** Whether they brought this file themselves. */
  hasBrought: (sha256: string, personId: PersonId) => boolean;
  /** @throws MeshdeckError `invalid-request` */
  secretsOf: Secrets['resolve'];
  now: () => number;
}): DraftJob {
  return async (request, by, same, signal) => {
    const { name: ref, version } = request.app;
    const app = same?.app ?? (await options.apps.resolve(ref, { version, personId: by.id }));
    requireBatch(app);
    const { manifest } = app;
    const makesPredictions = manifest.runtime === 'onnx' || manifest.outputs.predictions;
    const mayBeSplit = manifest.runtime === 'onnx' || (manifest.rows === 'independent' && makesPredictions);
    if (typeof request.options.shards === 'number' && request.options.shards > 1 && !mayBeSplit) {
      if (!makesPredictions)
        throw new MeshdeckError(
          'invalid-request',
          `${app.name} makes no predictions.csv, so there is nothing to put together again after a split. Leave --shards out.`,
        );
      throw new MeshdeckError(
        'invalid-request',
        `${app.name} does not say that its rows may be worked on apart. Add "rows": "independent" to its meshdeck.json if they may, or leave --shards out.`,
      );
    }
    const sizeOf = async (sha256: string): Promise<number | null> => {
      const mayUse = by.reach === 'all' || options.hasBrought(sha256, by.id);
      return mayUse ? options.files.size(sha256) : null;
    };
    const bytes = await sizeOf(request.input.sha256);
    if (bytes === null) {
      throw new MeshdeckError('not-found', 'The input table is not in the store. Upload it first.');
    }
    const { env, secrets: secretNames = [] } = request.options;
    requireNoneTwice(env, secretNames);
    if (env !== undefined || secretNames.length > 0)
      requireScript(app.name, manifest.runtime, 'variables and secrets');
    const secrets = options.secretsOf(secretNames, { ...by, reach: same?.reach ?? by.reach });
    const { sha256, name: fileName, sheet } = request.input;
    const given = { sha256, name: fileName, bytes };
    const { input, source } =
      same?.source === undefined
        ? await options.tables.take({ file: given, sheet, app, personId: by.id }, signal)
        : { input: given, source: same.source };
    // What has rows was looked at before, and is a table.
    const takesPictures =
      manifest.runtime === 'onnx' &&
      source === undefined &&
      typeof options.rowsOf(input.sha256) !== 'number' &&
      (await isPictureInput(options.files, input));
    if (takesPictures) requireWhole(request.options);
    const inputs = await draftInputs(app, { ...request, input }, sizeOf);
    const { reading: _asked, params: _given, ...asked } = request.options;
    const reading = readingOf(app, request, { source });
    const params = paramsOf(app, request);
    const nodeId = asked.nodeId === undefined ? undefined : options.resolveNode(asked.nodeId);
    const job = newJob(
      {
        name: request.name ?? `${app.title} on ${request.input.name}`.slice(0, 80),
        owner: by.id,
        ownerName: by.name,
        app: {
          name: app.name,
          ref: app.ref,
          title: app.title,
          version: app.version,
          runtime: app.manifest.runtime,
          bundle: app.bundle,
        },
        entry: app.manifest.entry,
        ...(params !== undefined && { arguments: paramArguments(manifest.params, params) }),
        input,
        ...(source !== undefined && { source: keptSource(source) }),
        ...(takesPictures && { takesPictures }),
        ...(inputs.length > 0 && { inputs }),
        ...(secrets.length > 0 && { secrets }),
        options: {
          ...asked,
          ...(nodeId !== undefined && { nodeId }),
          ...((!mayBeSplit || takesPictures) && { shards: undefined }),
          ...(reading !== undefined && { reading }),
          ...(params !== undefined && { params }),
        },
        limits: {
          ...app.manifest.limits,
          ...(asked.timeoutSeconds !== undefined && { timeSeconds: asked.timeoutSeconds }),
        },
        needs: app.manifest.needs,
        ...(!makesPredictions && { makesPredictions }),
      },
      options.now(),
    );
    if (takesPictures) return split(job, [{ shard: null, rows: null }]) ?? job;
    const rows = job.options.shards === undefined ? options.rowsOf(job.input.sha256) : undefined;
    return rows === undefined ? job : (split(job, [{ shard: null, rows }]) ?? job);
  };
}
