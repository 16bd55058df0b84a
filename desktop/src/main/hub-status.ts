import * as z from 'zod';

/** What the window, the tray and the pages know of the hub. Holds no secret: the sign-in link stays in main. */
export const hubStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('stopped') }),
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('ready'), url: z.string(), fingerprint: z.string() }),
  z.object({ state: z.literal('restarting'), reason: z.string(), delayMs: z.number().nonnegative() }),
  z.object({ state: z.literal('failed'), reason: z.string(), lines: z.array(z.string()) }),
  z.object({ state: z.literal('stopping') }),
]);
export type HubStatus = z.infer<typeof hubStatusSchema>;
