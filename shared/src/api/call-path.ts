import type { Address } from './asked.js';
import type { Call } from './call.js';

const parameter = /\{(\w+)\}/g;

/** The names of a path's parameters, in their order. */
export const paramsOf = (path: string): string[] =>
  [...path.matchAll(parameter)].map(([, name]) => name ?? '');

/** Path and query of a call, for links; what is undefined is left out, and what is a list stands there as often. */
export function callPath<C extends Pick<Call, 'path'>>(call: C, asked: Address<C>): string {
  const given = asked as Readonly<Record<string, unknown>>;
  const query = new URLSearchParams();
  const params = paramsOf(call.path);
  for (const [name, value] of Object.entries(given)) {
    if (params.includes(name)) continue;
    for (const one of [value ?? []].flat()) query.append(name, String(one));
  }
  const path = call.path.replace(parameter, (_, name: string) => encodeURIComponent(String(given[name])));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
