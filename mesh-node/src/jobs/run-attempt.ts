import { meshdeckVersion, type AttemptFacts, type FileReference } from '@meshdeck/shared';
import type { Held } from '../cache/cache.js';
import type { Content } from '../cache/content.js';
import type { AttemptRun } from './attempt-run.js';
import { runInFolder } from './run-in-folder.js';
import { runSmall } from './run-small.js';
import { tableOf } from './table-of-order.js';

/** The result of an attempt. */
export interface Finished {
  result: FileReference;
  facts: AttemptFacts;
  /** All of it, where it is small enough to go with the report; else it lies in the attempt's folder. */
  content?: Buffer | undefined;
}

/** Fetches, prepares and runs one attempt up to its measured result. Throws what went wrong. */
export async function runAttempt(options: AttemptRun & { content: Content }): Promise<Finished> {
  const { order, content, signal, onPhase, receivedMs } = options;
  const held: Held[] = [];
  const hold = async (work: Promise<Held>): Promise<Held> => {
    const got = await work;
    held.push(got);
    return got;
  };
  const startedMs = Date.now();
  try {
    onPhase('fetching');
    const table = tableOf(order);
    const [bundle, input] = await Promise.all([
      hold(content.bundle(order.app.bundle, signal)),
      table === null ? hold(content.file(order.input, signal)) : { table },
    ]);
    const fetchedMs = Date.now();
    const deadlineMs = fetchedMs + order.limits.timeSeconds * 1000;
    const ready = { ...options, bundleFolder: bundle.path, deadlineMs };
    const ran = (table === null ? null : await runSmall(ready, table)) ?? (await runInFolder(ready, input));
    const facts: AttemptFacts = {
      ...ran.facts,
      rows: ran.rows,
      waitMs: startedMs - receivedMs + (ran.waitMs ?? 0),
      fetchMs: fetchedMs - startedMs,
      fetchedBytes:
        (bundle.warm ? 0 : order.app.bundle.bytes) + ('table' in input || input.warm ? 0 : order.input.bytes),
      prepareMs: ran.prepareMs,
      runMs: ran.runMs,
      deliverMs: 0,
      agentVersion: meshdeckVersion,
      platform: `${process.platform}-${process.arch}`,
    };
    return { result: ran.result, facts, content: ran.content };
  } finally {
    for (const each of held) each.release();
  }
}
