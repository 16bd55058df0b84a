import { meshdeckVersion, type AttemptFacts, type AttemptId, type FileReference } from '@meshdeck/shared';
import type { Held } from '../cache/cache.js';
import type { Content } from '../cache/content.js';
import type { Environment } from '../runners/environments.js';
import { tailBytes as formTailBytes } from '@meshdeck/shared/csv';
import type { AttemptRun, Ran, ReadyRun } from './attempt-run.js';
import type { ResultAhead } from './result-ahead.js';
import { createMask } from './mask.js';
import { runInFolder } from './run-in-folder.js';
import { fetchEarly, type EarlyTable } from './early-table.js';
import { runSmall } from './run-small.js';
import { tableOf } from './table-of-order.js';

type Input = { table: Buffer } | Held | EarlyTable;

/** The result of an attempt. */
export interface Finished {
  /** Undefined where its app makes none. */
  result?: FileReference | undefined;
  facts: AttemptFacts;
  /** All of it, where it is small enough to go with the report; else it lies in the attempt's folder. */
  content?: Buffer | undefined;
  /** The beginning of it is with the hub. */
  ahead?: ResultAhead | undefined;
}

/** Fetches, prepares and runs one attempt up to its measured result. Throws what went wrong. */
export async function runAttempt(
  options: AttemptRun & {
    content: Content;
    /** Values by name. */
    secrets: (attemptId: AttemptId, signal: AbortSignal) => Promise<Record<string, string>>;
  },
): Promise<Finished> {
  const { order, content, signal, onPhase, receivedMs } = options;
  const held: Pick<Held, 'release'>[] = [];
  const hold = async <T extends Pick<Held, 'release'> | null>(work: Promise<T>): Promise<T> => {
    const got = await work;
    if (got !== null) held.push(got);
    return got;
  };
  const startedMs = Date.now();
  const runner = options.runners[order.app.runtime];
  const table = tableOf(order);
  const fetchInput = async () => (table === null ? hold(content.file(order.input, signal)) : { table });
  /** A part of a table comes with its form, and does not need its end. */
  const tailBytes = order.form === undefined ? formTailBytes : 0;

  /** One after another: each may be large, and the hub serves others, too. */
  async function fetchOthers(): Promise<{ name: string; held: Held }[]> {
    const others: { name: string; held: Held }[] = [];
    for (const file of order.inputs ?? [])
      others.push({ name: file.name, held: await hold(content.file(file, signal)) });
    return others;
  }

  async function fetchInputEarly(): Promise<Input> {
    if (table !== null || runner.streams !== true) return fetchInput();
    const input = await fetchEarly(content, order.input, { signal, tailBytes });
    if (!('arriving' in input)) return hold(Promise.resolve(input));
    held.push({
      release: () =>
        void input.whole.then(
          ({ release }) => release(),
          () => undefined,
        ),
    });
    return input;
  }

  /**
   * What an app asks to be installed may be anybody's code: it is all over before the table comes to this machine's disk. A
   * runtime that installs nothing need not wait.
   */
  async function fetch() {
    if (runner.environment === undefined) {
      const [bundle, input] = await Promise.all([
        hold(content.bundle(order.app.bundle, signal)),
        fetchInputEarly(),
      ]);
      return { bundle, input, others: [], environment: null, environmentMs: 0 };
    }
    const bundle = await hold(content.bundle(order.app.bundle, signal));
    const beganMs = Date.now();
    const environment: Environment | null = await hold(
      runner.environment({
        attemptId: order.attemptId,
        bundleFolder: bundle.path,
        bundleSha256: order.app.bundle.sha256,
        entry: order.app.entry,
        onInstall: () => onPhase('preparing'),
        folder: options.folder,
        signal,
        onLine: options.onLine,
        onDropped: options.onDropped,
      }),
    );
    const environmentMs = Date.now() - beganMs;
    if (environment?.warm === false) onPhase('fetching');
    const input = await fetchInput();
    return { bundle, input, others: await fetchOthers(), environment, environmentMs };
  }

  /** What a run made of a table that had not all come counts once it has, and is what it should be; else it runs again. */
  async function runEarly(ready: ReadyRun, { arriving, whole, spoiled }: EarlyTable): Promise<Ran> {
    let ran: Ran | undefined;
    let failure: unknown;
    try {
      const input = { path: content.pathOf(order.input), arriving: { ...arriving, whole } };
      ran = await runInFolder({ ...ready, signal: AbortSignal.any([signal, spoiled]) }, input);
    } catch (error) {
      failure = error;
    }
    const table = await whole;
    if (!spoiled.aborted) {
      if (ran === undefined) throw failure;
      return ran;
    }
    await ran?.ahead?.stop();
    return runInFolder(ready, table);
  }

  try {
    onPhase('fetching');
    const { bundle, input, others, environment, environmentMs } = await fetch();
    // Not of the app's time: the hub may be away.
    const secrets = (order.secrets ?? []).length === 0 ? {} : await options.secrets(order.attemptId, signal);
    const fetchedMs = Date.now();
    const deadlineMs = fetchedMs + order.limits.timeSeconds * 1000;
    const inputs = others.map(({ name, held: { path } }) => ({ name, path }));
    const variables = { ...order.env, ...secrets };
    const mask = createMask(Object.values(secrets));
    const ready = { ...options, variables, mask, bundleFolder: bundle.path, inputs, environment, deadlineMs };
    const small = table === null ? null : await runSmall(ready, table);
    const ran = small ?? (await ('arriving' in input ? runEarly(ready, input) : runInFolder(ready, input)));
    const facts: AttemptFacts = {
      ...ran.facts,
      rows: ran.rows,
      waitMs: startedMs - receivedMs + (ran.waitMs ?? 0),
      fetchMs: fetchedMs - startedMs - environmentMs + (ran.waitedMs ?? 0),
      fetchedBytes:
        (bundle.warm ? 0 : order.app.bundle.bytes) +
        others.reduce(
          (sum, { held: { warm } }, at) => sum + (warm ? 0 : (order.inputs?.[at]?.bytes ?? 0)),
          0,
        ) +
        ('table' in input || ('warm' in input && input.warm) ? 0 : order.input.bytes),
      prepareMs: ran.prepareMs + environmentMs,
      runMs: ran.runMs,
      deliverMs: 0,
      agentVersion: meshdeckVersion,
      platform: `${process.platform}-${process.arch}`,
    };
    return { result: ran.result, facts, content: ran.content, ahead: ran.ahead };
  } finally {
    for (const each of held) each.release();
  }
}
