import * as z from 'zod';
import { knownIds, timestampSchema } from '../ids.js';

/** What an app calls the figures of a run by, at the top of its output folder. */
export const metricsName = 'metrics.json';
/** Figures that are shown of one run. */
export const mostMetrics = 100;

/** A figure; what JSON has no number for (NaN, Infinity) and words are text. */
export const figureSchema = z.union([z.number(), z.string().max(200), z.boolean()]);
export type Figure = z.infer<typeof figureSchema>;

/** The figures of a `metrics.json`, or a sentence on why it has none. Those of inner objects are named `outer.inner`. */
export const runMetricsSchema = z.object({
  figures: z.record(z.string(), figureSchema),
  problem: z.string().max(500).optional(),
});
export type RunMetrics = z.infer<typeof runMetricsSchema>;

/** The figures of one run, to be held against those of others. */
export const runFiguresSchema = z.object({
  id: knownIds.job,
  name: z.string(),
  ownerName: z.string(),
  input: z.string(),
  /** Of the app. */
  version: z.string(),
  /** As of a job. */
  state: z.string(),
  createdAt: timestampSchema,
  figures: z.record(z.string(), figureSchema),
});
export type RunFigures = z.infer<typeof runFiguresSchema>;

/** Runs of one app that left figures, newest first. */
export const runFiguresPageSchema = z.object({
  runs: z.array(runFiguresSchema),
  /** For the next page, which may be the first with a run in it; null on the last one. */
  nextBefore: z.number().nullable(),
});
export type RunFiguresPage = z.infer<typeof runFiguresPageSchema>;

const outsideOfText = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** Python writes NaN and Infinity, which are no JSON: they become text. */
const asJson = (text: string): string =>
  text.replace(outsideOfText, (found) => (found.startsWith('"') ? found : `"${found}"`));

function* figuresIn(value: unknown, name: string, depth: number): Generator<[string, Figure]> {
  // JSON has numbers that are too large for JavaScript, such as 1e999.
  if (typeof value === 'number') yield [name, Number.isFinite(value) ? value : String(value)];
  else if (typeof value === 'boolean') yield [name, value];
  else if (typeof value === 'string') yield [name, value.slice(0, 200)];
  else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < 8) {
    for (const [key, inner] of Object.entries(value))
      yield* figuresIn(inner, name === '' ? key : `${name}.${key}`, depth + 1);
  }
}

const none = (problem: string): RunMetrics => ({ figures: {}, problem });

/** Reads a `metrics.json`; lists are left out, since they are no figures. Never throws. */
export function readMetrics(text: string): RunMetrics {
  let value: unknown;
  try {
    value = JSON.parse(asJson(text.replace(/^\ufeff/, '')));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return none(`${metricsName} is not JSON: ${why.slice(0, 200)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return none(`${metricsName} must be an object of names and figures, such as {"accuracy": 0.93}.`);
  const found = [...figuresIn(value, '', 0)].map(([name, figure]) => [name.slice(0, 120), figure] as const);
  if (found.length === 0) return none(`${metricsName} holds no figure.`);
  return {
    figures: Object.fromEntries(found.slice(0, mostMetrics)),
    ...(found.length > mostMetrics && {
      problem: `${metricsName} holds ${found.length} figures; the first ${mostMetrics} are shown.`,
    }),
  };
}
