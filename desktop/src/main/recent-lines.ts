import * as z from 'zod';
import { redact } from './redact.js';

const logLineSchema = z.object({
  level: z.number(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});

const errorLevel = 50;

/** Turns a line of the hub's stderr (a pino record or plain text) into one that people can read. */
export function readableLine(line: string): { text: string; isError: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { text: redact(line), isError: !/^\s+at\s/.test(line) };
  }
  const record = logLineSchema.safeParse(value);
  if (!record.success) return { text: redact(line), isError: false };
  const { level, msg, err } = record.data;
  const text = err === undefined || err.message === msg ? msg : `${msg}: ${err.message}`;
  return { text: redact(text), isError: level >= errorLevel };
}

/** Keeps the last lines of a stream, readable and without secrets, for the page that says why the hub stopped. */
export function createRecentLines(limits: { lines: number; lineLength: number }) {
  const kept: { text: string; isError: boolean }[] = [];
  return {
    push(line: string): void {
      if (line.trim() === '') return;
      const { text, isError } = readableLine(line);
      kept.push({ text: text.slice(0, limits.lineLength), isError });
      if (kept.length > limits.lines) kept.shift();
    },
    list: (): string[] => kept.map((line) => line.text),
    lastError: (): string | undefined => kept.findLast((line) => line.isError)?.text,
  };
}
