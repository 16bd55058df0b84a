import { hubReadySchema } from '@meshdeck/shared';
import * as z from 'zod';

/** 127.0.0.0/8 [RFC 1122 §3.2.1.3], ::1 and the name for them; `URL` has made the numbers canonical. */
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The window gives this origin the preload's object, so nothing but this machine's own hub may be it. */
const loopbackUrlSchema = z
  .url()
  .max(2048)
  .refine((text) => {
    const url = new URL(text);
    return url.protocol === 'http:' && loopbackHost.test(url.hostname);
  }, 'must be an http address on this machine');

/** The hub's ready line as the shell takes it: addresses of this machine only, the sign-in link on the same origin. */
export const localHubReadySchema = hubReadySchema
  .extend({ url: loopbackUrlSchema, uiLink: loopbackUrlSchema.optional() })
  .refine((ready) => ready.uiLink === undefined || originOf(ready.uiLink) === originOf(ready.url), {
    path: ['uiLink'],
    message: 'must have the origin of url',
  });
export type HubReady = z.infer<typeof localHubReadySchema>;

export type HubLine =
  { kind: 'ready'; ready: HubReady } | { kind: 'malformed'; reason: string } | { kind: 'noise' };

/** Reads one stdout line of the hub. Anything that does not claim to be the ready line is noise. */
export function parseHubLine(line: string): HubLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'noise' };
  }
  if (!z.object({ event: z.literal('ready') }).safeParse(value).success) return { kind: 'noise' };
  const parsed = localHubReadySchema.safeParse(value);
  if (parsed.success) return { kind: 'ready', ready: parsed.data };
  const issue = parsed.error.issues[0];
  return { kind: 'malformed', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}` };
}

/** Scheme, host and port of an address. */
export function originOf(address: string): string {
  return new URL(address).origin;
}
