import * as z from 'zod';
import { type Route, routeSchema } from './route.js';

export const deepLinkScheme = 'meshdeck';

/** The places a link from outside may open. It opens a view; it never starts, approves or changes anything. */
const linkedPlaceSchema = z.enum(['machines', 'jobs', 'run', 'apps', 'sensors']);

/** The route of a link such as `meshdeck://jobs/4k2…`, or undefined when it is none of ours. */
export function parseDeepLink(text: string): Route | undefined {
  const match = /^meshdeck:\/\/([a-z]+)((?:\/[^/?#\s]+)*)\/?$/i.exec(text.slice(0, 300));
  if (match === null) return undefined;
  const place = linkedPlaceSchema.safeParse(match[1]?.toLowerCase());
  if (!place.success) return undefined;
  const route = routeSchema.safeParse(`/${place.data}${match[2] ?? ''}`);
  return route.success ? route.data : undefined;
}

/** The first link among a program's arguments: Windows and Linux hand links over that way. */
export function findDeepLink(argv: readonly string[]): Route | undefined {
  for (const argument of argv) {
    const route = parseDeepLink(argument);
    if (route !== undefined) return route;
  }
  return undefined;
}
