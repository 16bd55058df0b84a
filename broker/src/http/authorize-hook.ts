import { setTimeout as pause } from 'node:timers/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { permissions, reachOf } from '../users/permissions.js';
import type { Person } from '../users/types.js';
import {
  bearerToken,
  hasCredential,
  identify,
  sendTooMany,
  sendUnknown,
  type IdentitySources,
} from './authentication.js';
import { trusted } from '../fairness/connections.js';
import type { Activity } from '../fairness/activity.js';
import type { Shares } from '../fairness/shares.js';
import type { AnswerRates } from './answer-rates.js';
import type { CallLimits } from '../rate-limits/call-limits.js';
import { holdPlace } from './call-place.js';
import { isOwnPage, requireOwnPage } from './origin-check.js';
import { dropLinkSignature } from './origin-proof.js';
import { actionOf, costOf, type OwnerOf, type RouteAccess } from './route-access.js';

const sayings = {
  read: 'look at this',
  run: 'run things',
  machines: 'look after machines',
  sensors: 'look after sensors',
  admin: 'do what admins do',
} as const;

function notAllowed(person: Person, action: keyof typeof permissions): MeshdeckError {
  const { scope } = permissions[action];
  if (person.scopes !== null && (scope === null || !person.scopes.includes(scope))) {
    const needed =
      scope === null ? 'No API key may do this; sign in for it.' : `It needs the scope "${scope}".`;
    return new MeshdeckError('forbidden', `This API key may not ${sayings[scope ?? 'admin']}. ${needed}`);
  }
  return new MeshdeckError(
    'forbidden',
    `Your role, ${person.role}, does not allow this. Ask an admin of this hub.`,
  );
}

/** One sentence for what is not there and for what is somebody else's: who may not see it learns nothing. */
const notYours = () => new MeshdeckError('not-found', 'There is nothing of yours by that name.');

async function requireOwn(person: Person, owner: OwnerOf, request: FastifyRequest): Promise<void> {
  let owned: string | null = null;
  try {
    owned = await owner(request.params as Record<string, string>, person);
    request.isSuspect = owned !== person.id;
  } catch (error) {
    if (!(error instanceof MeshdeckError) || error.code !== 'not-found') throw error;
  }
  if (owned !== person.id) throw notYours();
}

/** Whose share a call takes. */
export const callerOf = ({ person, ip }: Pick<FastifyRequest, 'person' | 'ip'>): string =>
  person?.id ?? `address ${ip}`;

/** What stands before every route. */
export interface AuthorizeHookOptions extends IdentitySources {
  callLimits: CallLimits;
  shares: Shares;
  answers: AnswerRates;
  activity: Activity;
  /** Whose connection this came by. */
  belongsTo: (request: FastifyRequest, caller: string | typeof trusted) => void;
}

/**
 * Hook in front of every route: knows the person, holds them against the permission table, slows down who knocks
 * too often, and lets nobody have more at work than their share. Sets `request.person` and `request.reach`.
 */
export function createAuthorizeHook(options: AuthorizeHookOptions) {
  const { access, answers, callLimits, shares } = options;

  /** Patience costs nothing, but to begin does: a hundred that wait begin one after the other, as other calls do. */
  async function beginSoon(caller: string): Promise<void> {
    const start = shares.enter(caller, 'light');
    if (start.turn !== null) await start.turn;
    setImmediate(start.leave);
  }

  /** Until there is room for one more of theirs. Programs with the data folder's token wait for nobody. */
  async function takeTurn(route: RouteAccess, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { person } = request;
    if (person?.via === 'token') return;
    const cost = costOf(route, request);
    const place = shares.enter(callerOf(request), cost);
    request.place = holdPlace(place, (closed) => reply.raw.once('close', closed));
    if (place.turn !== null) await place.turn;
    if (cost === 'wait') await beginSoon(callerOf(request));
    const waitMs = answers.waitMs(callerOf(request));
    if (waitMs === 0) return;
    await pause(waitMs);
    if (reply.raw.destroyed) throw new MeshdeckError('cancelled', 'The caller has left.');
  }

  async function nobody(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    request.isSuspect = hasCredential(access, request.raw);
    const waitMs = bearerToken(request.raw) === null ? 0 : access.noteFailure(request.ip);
    if (waitMs > 0) return sendTooMany(reply, waitMs);
    return sendUnknown(reply);
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const route = request.routeOptions.config.access;
    // A route without one does not register; this is the second lock.
    if (route === undefined) throw new MeshdeckError('forbidden', 'Nobody may call this.');
    const person = identify(options, request.raw);
    request.person = person;
    options.activity.note(person?.id ?? request.ip);
    if (person !== null) options.belongsTo(request, person.via === 'token' ? trusted : person.id);
    dropLinkSignature(request);
    const isWatched = route.kind === 'action' || route.recordedAs !== null;
    const waitMs = isWatched ? callLimits.take(person, request.ip) : 0;
    if (waitMs > 0) return sendTooMany(reply, waitMs, 'Too many calls.');
    if (route.kind === 'anyone') {
      // A stranger's page must not sign a browser in, or register it, behind its person's back.
      const fromPage =
        request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
      if (fromPage && request.method !== 'GET' && !isOwnPage(request.raw)) requireOwnPage(request.raw);
      await takeTurn(route, request, reply);
      return undefined;
    }
    if (person === null) return nobody(request, reply);
    if (person.via === 'session' || person.via === 'link') requireOwnPage(request.raw);
    const action = actionOf(route, request);
    const reach = reachOf(person, action);
    if (reach === 'none') throw notAllowed(person, action);
    request.reach = reach;
    if (reach === 'own' && typeof route.owner === 'function') await requireOwn(person, route.owner, request);
    await takeTurn(route, request, reply);
    return undefined;
  };
}
