import {
  boundReading,
  keptReadingBytes,
  mergeReadings,
  readingOfLaterPart,
  type AttemptFacts,
} from '@meshdeck/shared';
import { inTableLines } from '../../tables/index.js';
import type { JobDocument, TaskDocument } from '../job-document.js';

/** What Meshdeck says of a part by its lines, by those of the table. Of scripts it knows no lines. */
export function inLinesOfTable(sentence: string, { app }: JobDocument, { shard }: TaskDocument): string {
  return shard === null || app.runtime !== 'onnx' ? sentence : inTableLines(sentence, shard);
}

/** The job's reading with that of one more part's result. */
export function withReading(
  job: JobDocument,
  task: TaskDocument,
  reading: AttemptFacts['reading'],
): JobDocument {
  if (reading === undefined) return job;
  const warnings = reading.warnings.map((sentence) => inLinesOfTable(sentence, job, task));
  const part = { ...(task.index === 0 ? reading : readingOfLaterPart(reading)), warnings };
  const whole = job.reading === undefined ? part : mergeReadings(job.reading, part);
  return { ...job, reading: boundReading(whole, keptReadingBytes) };
}
