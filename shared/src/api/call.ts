import type * as z from 'zod';
import type { Action } from '../models/action.js';

/**
 * What a call takes of the hub: a moment (`light`); much of the processor or the disk (`heavy`); a look into the store of
 * readings (`query`); a password that is held against its hash (`password`); somebody else's time, such as a thread's that
 * reads results or a machine's that looks at a table (`errand`); much that is gone through for long (`export`); a file's
 * time on the way (`transfer`); or nothing but patience (`wait`).
 */
export type CallCost = 'light' | 'heavy' | 'query' | 'password' | 'errand' | 'export' | 'transfer' | 'wait';

/** What the calls are about, in the order of the OpenAPI document. */
export const callTags = {
  hub: 'The hub itself',
  machines: 'Machines and who may join',
  apps: 'Apps, versions and samples',
  jobs: 'Files in, predictions out',
  sensors: 'Sensors and everything measured',
  people: 'Accounts, sign-in, API keys and the audit',
} as const;
export type CallTag = keyof typeof callTags;

/**
 * One call of the people's API. Its route, its part of the OpenAPI document, the clients of CLI and UI, the permission walk and
 * its line in docs/api.md are derived from this. The answer is JSON (`answer`), a file (`gives`), a redirection (`redirects`), or
 * nothing: status 204.
 */
export interface CallDeclaration {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/api/v1/jobs/{id}`. */
  path: string;
  summary: string;
  description?: string;
  /** What the permission table must allow; `anyone`: open to everybody on purpose. */
  action: Action | 'anyone';
  /** Another action for some values of a path parameter. */
  actionBy?: { param: string; actions: Readonly<Record<string, Action>> };
  /** The name of an open call in the audit; left out or null, it is not in it. */
  recordedAs?: string | null;
  /**
   * Whose the thing is that it is about. `found`: the hub looks that up before anything else; `narrowed`: the call itself keeps to
   * what the caller reaches, as lists do. Needed where an action reaches some people's own things only.
   */
  owner?: 'found' | 'narrowed';
  /** Left out: `light`, or what the route decides for each call. */
  cost?: CallCost;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** JSON. */
  body?: z.ZodType;
  /** Media types of a body that is taken as raw bytes. */
  takes?: readonly string[];
  /** The most bytes of a JSON body, where that is more than usual. */
  bodyBytes?: number;
  /** Of `answer`; left out: 200. */
  status?: 201;
  answer?: z.ZodType;
  gives?: { mediaType: string; description: string };
  /** Where to. */
  redirects?: string;
  /** GET without HEAD: to ask would do the whole work. */
  head?: false;
}

export interface Call extends CallDeclaration {
  /** Thing and call, such as `jobs.list`: the operation's id, and where the clients have it. */
  name: string;
  tag: CallTag;
}

/** The calls of one thing; their names are `thing.call`. */
export function calls<const Declared extends Readonly<Record<string, CallDeclaration>>>(
  { thing, tag }: { thing: string; tag: CallTag },
  declared: Declared,
): { readonly [Name in keyof Declared]: Declared[Name] & { readonly name: string; readonly tag: CallTag } } {
  const named = Object.entries(declared).map(([name, call]) => [
    name,
    { ...call, name: `${thing}.${name}`, tag },
  ]);
  return Object.fromEntries(named) as ReturnType<typeof calls<Declared>>;
}
