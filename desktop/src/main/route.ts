import * as z from 'zod';

/** A place in the UI: `/machines`, `/jobs/4k2…`. Segments of ids and words only, so it can be put after a `#`. */
export const routeSchema = z
  .string()
  .max(200)
  .regex(
    /^\/(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,79}(?:\/[A-Za-z0-9][A-Za-z0-9_.-]{0,79}){0,3})?$/,
    'must be a place in Meshdeck',
  );
export type Route = z.infer<typeof routeSchema>;
