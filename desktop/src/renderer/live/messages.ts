import type * as z from 'zod';

/** A payload as its schema reads it, or null: what does not parse is not shown. */
export function parseMessage<T>(schema: z.ZodType<T>, payload: string): T | null {
  try {
    const message = schema.safeParse(JSON.parse(payload));
    return message.success ? message.data : null;
  } catch {
    return null;
  }
}

export const onFrame = (callback: () => void): void => {
  requestAnimationFrame(callback);
};
