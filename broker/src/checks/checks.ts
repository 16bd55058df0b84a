import {
  agentFeatures,
  changedReading,
  fromFailure,
  MeshdeckError,
  toFailure,
  type CheckReport,
  type CheckRequest,
  type CheckView,
  type ErrorCode,
  type NodeId,
  type Order,
  type PersonId,
} from '@meshdeck/shared';
import type { Submitter } from '../users/submitter.js';
import { requireBatch, requireModel, type AppRepository, type ResolvedApp } from '../apps/index.js';
import {
  readingOfTable,
  sourceOfRefusal,
  type TableConversions,
  type TakenTable,
} from '../conversion/index.js';
import { isPictureInput } from '../files/picture-input.js';
import type { FileStore } from '../files/types.js';
import { checkInput, checkPictures } from './check-input.js';
import { chooseMachine, type CheckMachine } from './choose-machine.js';
import { createPendingChecks } from './pending-checks.js';

/** Dry runs. */
export interface CheckApi {
  /**
   * @throws MeshdeckError `not-found`, `app-invalid`, `invalid-request`, `too-many-requests`; `no-eligible-node`,
   *   `node-lost`, `app-timeout` where no machine answers. What is wrong with table or model is in the answer.
   */
  check(request: CheckRequest, by: Submitter, signal: AbortSignal): Promise<CheckView>;
}

/** What one person may ask at a time; a page asks again when something was changed. */
const mostOfOne = 4;
const mostInAll = 100;
const usualWaitMs = 20_000;
/** A machine's own time for one; what it fetches is there for the next. */
const machineSeconds = 60;

/** These say nothing of the table or the model: the machine could not look. */
const machineTrouble: ReadonlySet<ErrorCode> = new Set([
  'node-refused',
  'transfer-failed',
  'hash-mismatch',
  'disk-full',
  'cancelled',
  'internal',
]);

/** Dry runs: how an app would read a table, asked of a machine; no job, no queue, nothing kept. */
export interface Checks extends CheckApi {
  take(nodeId: NodeId, report: CheckReport): void;
  nodeLost(nodeId: NodeId): void;
}

/** A table that a machine is asked about. */
type LookedAt = TakenTable & { excerpt: boolean };
/** What there is to say where no machine needs to look. */
type NotLookedAt = Pick<CheckView, 'ok' | 'failure' | 'source'>;

/** No machine looked: the hub knows already. */
const nothingLookedAt = {
  ...{ reading: null, preview: null, lines: [], rows: 0, complete: true, node: null },
};

export function createChecks(options: {
  files: Pick<FileStore, 'size' | 'open' | 'putBytes'>;
  apps: Pick<AppRepository, 'resolve'>;
  tables: Pick<TableConversions, 'take'>;
  /** Whether they brought this file themselves. */
  hasBrought: (sha256: string, personId: PersonId) => boolean;
  /** Every machine, with what it has of this app. */
  machines: (app: ResolvedApp) => CheckMachine[];
  /** Over the machine's own connection: what is not answered soon is of no use. */
  send: (nodeId: NodeId, order: Order) => Promise<void>;
  now: () => number;
  waitMs?: number;
}): Checks {
  const { files, now } = options;
  const pending = createPendingChecks({ waitMs: options.waitMs ?? usualWaitMs });
  const asking = new Map<string, number>();

  /** @throws MeshdeckError `too-many-requests` */
  function begin(personId: PersonId): () => void {
    const own = asking.get(personId) ?? 0;
    if (own >= mostOfOne || pending.count() >= mostInAll) {
      throw new MeshdeckError(
        'too-many-requests',
        own >= mostOfOne
          ? `You have asked ${own} things at once. Wait for an answer.`
          : 'Too many people look at tables at this moment. Try again soon.',
      );
    }
    asking.set(personId, own + 1);
    return () => {
      const left = (asking.get(personId) ?? 1) - 1;
      if (left === 0) asking.delete(personId);
      else asking.set(personId, left);
    };
  }

  async function sizeOf({ sha256 }: CheckRequest['input'], by: Submitter): Promise<number> {
    const mayUse = by.reach === 'all' || options.hasBrought(sha256, by.id);
    const bytes = mayUse ? await files.size(sha256) : null;
    if (bytes !== null) return bytes;
    throw new MeshdeckError('not-found', 'The input table is not in the store. Upload it first.');
  }

  /** The table as a machine reads it, or what there is to say where no machine needs to look. */
  async function tableOf(
    { app, bytes, by, signal }: { app: ResolvedApp; bytes: number; by: Submitter; signal: AbortSignal },
    { input: { sha256, name, sheet, excerpt } }: CheckRequest,
  ): Promise<LookedAt | NotLookedAt> {
    const file = { sha256, name, bytes };
    if (excerpt) return { input: file, excerpt };
    try {
      const table = await options.tables.take({ file, sheet, app, personId: by.id }, signal);
      return table.isForApp === true ? { ok: true, failure: null } : { ...table, excerpt };
    } catch (error) {
      if (!(error instanceof MeshdeckError) || !error.code.startsWith('csv-')) throw error;
      const source = sourceOfRefusal(file, error);
      return { ok: false, failure: toFailure(error), ...(source !== undefined && { source }) };
    }
  }

  async function ask(request: CheckRequest, by: Submitter, signal: AbortSignal): Promise<CheckView> {
    const startedAt = now();
    const { name: ref, version: wanted } = request.app;
    const app = await options.apps.resolve(ref, { version: wanted, personId: by.id });
    requireBatch(app);
    const { name, version, manifest, bundle } = app;
    const told = changedReading(app.reading, request.reading ?? {});
    if (request.reading !== undefined && Object.keys(told).length > 0) requireModel(name, manifest.runtime);
    const bytes = await sizeOf(request.input, by);
    const table = await tableOf({ app, bytes, by, signal }, request);
    if ('failure' in table) return { ...nothingLookedAt, ...table, tookMs: Math.max(0, now() - startedAt) };
    const { source, excerpt } = table;
    const reading = readingOfTable(told, table);
    const withEnd = typeof reading.footer !== 'number';
    const isOfPictures = manifest.runtime === 'onnx' && (await isPictureInput(files, table.input));
    const input = isOfPictures
      ? await checkPictures(files, { ...table.input, excerpt }, table.input.bytes)
      : await checkInput(files, { ...table.input, excerpt }, { sizeBytes: table.input.bytes, withEnd });
    const features = isOfPictures ? [agentFeatures.pictures] : [];
    const { snapshot } = chooseMachine(options.machines(app), app, { at: now(), features });
    const node = { id: snapshot.id, name: snapshot.name };
    const { checkId, answer } = pending.wait(node, signal);
    // A look is not stopped with notice, so it has no grace.
    const { graceSeconds: _, ...limits } = manifest.limits;
    // Whatever comes first: it may not even be possible to ask.
    const sent = options.send(node.id, {
      type: 'check',
      checkId,
      app: { name, version, runtime: manifest.runtime, entry: manifest.entry, bundle },
      ...input,
      limits: { ...limits, timeSeconds: machineSeconds },
      reading,
    });
    const [check] = await Promise.all([answer, sent]);
    if (check.failure !== null && machineTrouble.has(check.failure.code)) throw fromFailure(check.failure);
    const tookMs = Math.max(0, now() - startedAt);
    return { ...check, node, tookMs, ...(source !== undefined && { source }) };
  }

  return {
    async check(request, by, signal) {
      const end = begin(by.id);
      try {
        return await ask(request, by, signal);
      } finally {
        end();
      }
    },
    take: pending.take,
    nodeLost: pending.nodeLost,
  };
}
