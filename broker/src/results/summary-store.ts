import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resultSummarySchema, type JobId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import { tableProfileSchema, type TableProfile } from './drift/column-profile.js';
import type { TableSummary } from './summarize-table.js';
import { createKeyedMutex, makeFolder, writeFileAtomically } from '@meshdeck/shared/runtime';

const summaryVersion = 1;
/** One for each truth, prediction and reading that somebody chose, the newest first. */
const variantsKept = 6;
const mostBytes = 16 * 1024 * 1024;

const storedSummariesSchema = z.object({
  version: z.literal(summaryVersion),
  /** SHA-256 of the result. */
  result: z.string(),
  variants: z
    .array(z.object({ key: z.string(), summary: resultSummarySchema.omit({ jobId: true, drift: true }) }))
    .max(variantsKept),
});
type StoredSummaries = z.infer<typeof storedSummariesSchema>;

/** What was found about results, beside their jobs, so that the second look costs nothing. */
export interface SummaryStore {
  summary(jobId: JobId, result: string, key: string): Promise<TableSummary | null>;
  profile(jobId: JobId, result: string): Promise<TableProfile | null>;
  /** Best effort: what cannot be kept is found again. */
  keep(
    jobId: JobId,
    result: string,
    found: { key: string; summary: TableSummary; profile: TableProfile | null },
  ): Promise<void>;
  /** For a job that was removed while its result was being read. */
  forget(jobId: JobId): Promise<void>;
}

/** `dir` holds a folder for each job; what lies there goes with the job. */
export function createSummaryStore({ dir, logger }: { dir: string; logger: Logger }): SummaryStore {
  const inTurn = createKeyedMutex();
  const pathOf = (jobId: JobId, file: string) => join(dir, jobId, file);

  /** Null where there is none, or one of another version or result. */
  async function read<Schema extends z.ZodType<{ result: string }>>(
    path: string,
    schema: Schema,
    result: string,
  ): Promise<z.output<Schema> | null> {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null || text.length > mostBytes) return null;
    try {
      const stored = schema.parse(JSON.parse(text));
      return stored.result === result ? stored : null;
    } catch {
      return null;
    }
  }

  async function write(path: string, content: unknown): Promise<void> {
    const text = JSON.stringify(content);
    if (text.length <= mostBytes) await writeFileAtomically(path, text);
  }

  const summaries = (jobId: JobId, result: string): Promise<StoredSummaries | null> =>
    read(pathOf(jobId, 'summary.json'), storedSummariesSchema, result);

  async function keep(
    ...[jobId, result, { key, summary, profile }]: Parameters<SummaryStore['keep']>
  ): Promise<void> {
    try {
      await makeFolder(join(dir, jobId));
      const known = (await summaries(jobId, result))?.variants ?? [];
      const variants = [{ key, summary }, ...known.filter((each) => each.key !== key)].slice(0, variantsKept);
      const stored: StoredSummaries = { version: summaryVersion, result, variants };
      await write(pathOf(jobId, 'summary.json'), stored);
      if (profile !== null) await write(pathOf(jobId, 'profile.json'), profile);
    } catch (error) {
      logger.warn({ job: jobId, error: String(error) }, 'summary of a result not kept');
    }
  }

  return {
    async summary(jobId, result, key) {
      return (await summaries(jobId, result))?.variants.find((each) => each.key === key)?.summary ?? null;
    },
    forget: (jobId) => rm(join(dir, jobId), { recursive: true, force: true }),
    profile: (jobId, result) => read(pathOf(jobId, 'profile.json'), tableProfileSchema, result),
    // One after another for each job: both would read the same file first.
    keep: (jobId, ...rest) => inTurn(jobId, () => keep(jobId, ...rest)),
  };
}
