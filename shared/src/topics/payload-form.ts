import type * as z from 'zod';

/** What a payload said, or why it was refused: a short reason, without the payload's own text. */
export type ReadPayload<T> = { ok: true; value: T } | { ok: false; reason: string };

/** How the payload of a topic is read at whichever door it comes in. Never throws. */
export interface PayloadForm<T> {
  /** `receivedAtMs` (Unix ms, the reader's clock) dates what says no time of its own. */
  read(payload: Uint8Array, receivedAtMs: number): ReadPayload<T>;
}

export interface JsonPayload<T> extends PayloadForm<T> {
  schema: z.ZodType<T>;
}

const decoder = new TextDecoder();

/** Node's own decoding, where there is one, takes a third of the time. */
export const payloadText = (payload: Uint8Array): string =>
  'asciiSlice' in payload ? payload.toString() : decoder.decode(payload);

/** JSON that a schema takes. */
export function jsonPayload<T>(schema: z.ZodType<T>): JsonPayload<T> {
  return {
    schema,
    read(payload) {
      let value: unknown;
      try {
        value = JSON.parse(payloadText(payload));
      } catch {
        return { ok: false, reason: 'no JSON' };
      }
      const parsed = schema.safeParse(value);
      if (parsed.success) return { ok: true, value: parsed.data };
      // One of what may be thousands.
      const [issue] = parsed.error.issues;
      const reason = `${issue?.path.slice(0, 6).join('.') ?? ''}: ${issue?.message ?? ''}`;
      return { ok: false, reason: reason.slice(0, 200) };
    },
  };
}
