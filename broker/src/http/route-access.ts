import type { Action } from '@meshdeck/shared';
import type { Call, CallCost } from '@meshdeck/shared/api';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { permissions } from '../users/permissions.js';
import type { Person } from '../users/types.js';
import type { PeopleApp } from './fastify.js';

type Params = Readonly<Record<string, string>>;

/** Whose the thing is that a call of this person is about; null: nobody's. May throw `not-found`. */
export type OwnerOf = (params: Params, person: Person) => string | null | Promise<string | null>;

/**
 * Who may call a route: whoever the permission table lets do its action, or anybody. `owner` finds out whose the thing
 * is; `narrowed` says that the handler itself keeps to what `request.reach` allows, as lists do.
 */
export type RouteAccess =
  | {
      kind: 'action';
      action: Action;
      byParam?: NonNullable<Call['actionBy']>;
      owner?: OwnerOf | 'narrowed';
      cost?: CostOf;
    }
  | { kind: 'anyone'; recordedAs: string | null; cost?: CallCost };

/** What a call takes of the hub, where that is more than a moment; some calls decide it by what they ask for. */
export type CostOf = CallCost | ((request: FastifyRequest) => CallCost);

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** A route's `config`: only those may call it whom the permission table lets do this. */
export function allow(
  action: Action,
  options: Pick<Extract<RouteAccess, { kind: 'action' }>, 'owner' | 'byParam' | 'cost'> = {},
): { access: RouteAccess } {
  return { access: { kind: 'action', action, ...options } };
}

/** A route's `config`: open to everybody on purpose. `recordedAs` is its name in the audit, null for none. */
export function openToAnyone(recordedAs: string | null, cost?: CallCost): { access: RouteAccess } {
  return { access: { kind: 'anyone', recordedAs, ...(cost === undefined ? {} : { cost }) } };
}

/** What this very call takes. */
export function costOf(access: RouteAccess, request: FastifyRequest): CallCost {
  const { cost } = access;
  return typeof cost === 'function' ? cost(request) : (cost ?? 'light');
}

/** The action that this very call is. */
export function actionOf(access: Extract<RouteAccess, { kind: 'action' }>, request: FastifyRequest): Action {
  const { byParam, action } = access;
  if (byParam === undefined) return action;
  const value = (request.params as Params)[byParam.param] ?? '';
  return (Object.hasOwn(byParam.actions, value) ? byParam.actions[value] : undefined) ?? action;
}

function missing({ method, url, config }: RouteOptions): string | null {
  const access = config?.access;
  const call = `${String(method)} ${url}`;
  if (access === undefined) return `${call} names no action of broker/src/users/permissions.ts.`;
  if (access.kind === 'anyone') return null;
  const reached = [access.action, ...Object.values(access.byParam?.actions ?? {})];
  const hasOwn = reached.some((action) => {
    const { scope: _scope, isRecorded: _isRecorded, ...reaches } = permissions[action];
    return Object.values(reaches).includes('own');
  });
  return hasOwn && access.owner === undefined ? `${call} does not say whose the thing is.` : null;
}

/** Deny by default: a route that says nothing of who may call it keeps the hub from starting. */
export function requireRouteAccess(app: PeopleApp): void {
  app.addHook('onRoute', (route) => {
    const problem = missing(route);
    if (problem !== null) throw new Error(problem);
    const { handler } = route;
    // Whoever hangs up has its place until the work it began is over: else it could begin any number.
    route.handler = async function (request, reply): Promise<unknown> {
      request.place?.begin();
      try {
        return await (handler.call(this, request, reply) as unknown);
      } finally {
        request.place?.end();
      }
    };
  });
}
