import { randomBytes } from 'node:crypto';
import { createLruMap } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { packMoment, unpackMoment, type KeptMoment } from '../../placement/kept-moment.js';
import { createMoment, type Moment } from '../../placement/moment.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { DecisionLog } from './decision-log.js';

/** What every decision that is kept pays for the moments; its own part is half as much, so that both are 4 KB at most. */
const paidBytes = 2048;
/** More is not saved up: a crowd of jobs after a quiet month does not fill the disk at once. */
const mostSavedBytes = 1024 * 1024;
/** Before any moment was packed; fewer for plain machines. */
const bytesPerMachine = 200;
const mostModels = 200;
/** Read from the disk; a page is turned more often than once. */
const mostRead = 4;

/**
 * The moments of all decisions. One is kept where the decisions kept since the last have paid for it: while jobs are rare in a
 * large room a decision names the last one that was kept, whose figures of the other machines are older.
 */
export interface Moments {
  begin(model: string, machines: readonly MachineSnapshot[]): Moment;
  /** Undefined where it was lost. */
  find(id: string): Promise<KeptMoment | undefined>;
  /** Resolves once all that has ended is written. */
  settled(): Promise<void>;
}

export function createMoments(options: {
  log: Pick<DecisionLog, 'kept' | 'keepMoment' | 'moment' | 'hasMoment'>;
  now: () => number;
  logger: Logger;
}): Moments {
  const { log, now, logger } = options;
  const lastOf = createLruMap<string, string>(mostModels);
  /** Not on disk yet. */
  const open = new Map<string, () => KeptMoment>();
  const read = createLruMap<string, KeptMoment>(mostRead);
  const writing = new Set<Promise<void>>();
  let spentBytes = 0;
  let priceOfOne = bytesPerMachine;

  function mayKeep(machines: number): boolean {
    const earned = log.kept() * paidBytes;
    spentBytes = Math.max(spentBytes, earned - mostSavedBytes);
    return earned - spentBytes >= machines * priceOfOne;
  }

  async function write(id: string, moment: KeptMoment): Promise<void> {
    try {
      const text = await packMoment(moment);
      priceOfOne = text.length / Math.max(1, moment.machines.length);
      spentBytes += text.length;
      await log.keepMoment(id, text);
    } catch (error) {
      logger.warn({ error: String(error) }, 'tables of decisions not kept');
    } finally {
      open.delete(id);
    }
  }

  return {
    begin(model, machines) {
      let named: { id: string; isOwn: boolean } | null = null;
      const at = now();
      const moment: Moment = createMoment({
        at,
        machines,
        named() {
          if (named !== null) return named;
          const last = lastOf.get(model);
          const isThere = last !== undefined && (open.has(last) || log.hasMoment(last));
          if (isThere && !mayKeep(machines.length)) return (named = { id: last, isOwn: false });
          const id = `moment-${at}-${randomBytes(4).toString('hex')}`;
          lastOf.set(model, id);
          open.set(id, () => moment);
          return (named = { id, isOwn: true });
        },
        ended(kept) {
          if (named === null || !named.isOwn) return;
          const written = write(named.id, kept);
          writing.add(written);
          void written.finally(() => writing.delete(written));
        },
      });
      return moment;
    },

    async find(id) {
      const known = open.get(id)?.() ?? read.get(id);
      if (known !== undefined) return known;
      try {
        const text = await log.moment(id);
        if (text === null) return undefined;
        const moment = await unpackMoment(text);
        read.set(id, moment);
        return moment;
      } catch (error) {
        logger.warn({ error: String(error).slice(0, 500) }, 'machines of a decision not read');
        return undefined;
      }
    },

    async settled() {
      await Promise.all(writing);
    },
  };
}
